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
  // Instant navigation puts another page in place without loading scripts anew. The first page is typeset by
  // MathJax itself, and each run waits for the last: two at once show what is loaded in between as a mistake.
  let last = Promise.resolve();
  const typeset = () => {
    const { startup, texReset, typesetClear, typesetPromise } = window.MathJax;
    // What is typeset keeps its styles: without them it is blank.
    if (document.querySelector(".arithmatex mjx-container")) return typesetPromise();
    startup.output.clearCache?.();
    typesetClear();
    texReset();
    return typesetPromise();
  };
  window.document$?.subscribe(() => {
    const started = window.MathJax.startup?.promise;
    if (started) last = Promise.all([last, started]).then(typeset).catch(console.error);
  });
})();
