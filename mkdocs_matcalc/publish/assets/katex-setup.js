// KaTeX as a site ships it: formulas are where arithmatex and matcalc mark them.
(() => {
  const delimiters = [
    { left: "\\(", right: "\\)", display: false },
    { left: "\\[", right: "\\]", display: true },
  ];
  const render = () => {
    for (const formula of document.querySelectorAll(".arithmatex"))
      window.renderMathInElement(formula, { delimiters, throwOnError: false });
  };
  // Instant navigation puts another page in place without loading scripts anew.
  if (window.document$) window.document$.subscribe(render);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", render);
  else render();
})();
