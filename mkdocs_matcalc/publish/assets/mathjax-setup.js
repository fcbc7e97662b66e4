// MathJax as a site ships it: formulas are where arithmatex and matcalc mark them, fonts lie beside it.
(() => {
  const base = new URL(".", document.currentScript.src).href;
  window.MathJax = {
    tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]], processEscapes: true, processEnvironments: true },
    options: { ignoreHtmlClass: ".*|", processHtmlClass: "arithmatex" },
    loader: { paths: { "mathjax-newcm": `${base}mathjax-font` } },
    // A long formula scrolls in its own box: a page decides where it breaks.
    output: { fontPath: `${base}mathjax-font`, displayOverflow: "overflow" },
  };
  // Instant navigation puts another page in place without loading scripts anew.
  window.document$?.subscribe(() => {
    if (!window.MathJax.typesetPromise) return;
    window.MathJax.startup.output.clearCache?.();
    window.MathJax.typesetClear();
    window.MathJax.texReset();
    window.MathJax.typesetPromise();
  });
})();
