// Previews that keep within the window and close with Escape, and "copy LaTeX".
// All events are taken at the document, so that pages that a theme puts in place later work too.
(() => {
  if (window.matcalc) return;
  window.matcalc = true;
  document.documentElement.classList.add("matcalc-script");

  const GAP = 6;
  const DELAY = 120;
  let shown = null; // the element whose preview is open
  let timer = 0;

  const floating = () => {
    let box = document.getElementById("matcalc-floating");
    if (!box) {
      box = document.createElement("div");
      box.id = "matcalc-floating";
      box.setAttribute("role", "tooltip");
      box.hidden = true;
      box.addEventListener("pointerenter", () => clearTimeout(timer));
      box.addEventListener("pointerleave", later);
      document.body.append(box);
    }
    return box;
  };

  const close = () => {
    clearTimeout(timer);
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    floating().hidden = true;
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (shown !== document.activeElement) close();
    }, DELAY);
  };

  // That of a rule or of an equation stands once on a page, at its first mention.
  const previewOf = (anchor) => {
    const own = anchor.parentElement.querySelector(":scope > matcalc-preview");
    if (own) return own;
    if (anchor.matches(".matcalc-ref")) {
      const href = CSS.escape(anchor.getAttribute("href"));
      return document.querySelector(`.matcalc-aided > .matcalc-ref[href="${href}"] + matcalc-preview`);
    }
    const [number] = anchor.querySelector(".matcalc-rule-number")?.textContent.match(/\d+/) ?? [];
    return number ? document.querySelector(`matcalc-preview[data-rule="${number}"]`) : null;
  };

  const open = (anchor) => {
    clearTimeout(timer);
    if (shown === anchor) return;
    const preview = previewOf(anchor);
    if (!preview) return;
    close();
    shown = anchor;
    const box = floating();
    const content = preview.querySelector("template")?.content ?? preview;
    box.replaceChildren(...[...content.childNodes].map((node) => node.cloneNode(true)));
    for (const node of box.querySelectorAll("[id]")) node.removeAttribute("id");
    // The colours of the place, which a scheme may set below the root.
    const style = getComputedStyle(anchor.closest("figure, p, li, td, div") ?? anchor);
    box.style.color = style.color;
    box.hidden = false;
    place(box, anchor);
    anchor.setAttribute("aria-describedby", box.id);
  };

  const place = (box, anchor) => {
    const wide = document.documentElement.clientWidth;
    box.style.maxWidth = `${Math.min(640, wide - 2 * GAP)}px`;
    box.style.left = box.style.top = "0";
    const at = anchor.getClientRects()[0] ?? anchor.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const above = at.top - size.height - GAP;
    const below = at.bottom + GAP;
    const fits = below + size.height < window.innerHeight || above < 0;
    box.style.left = `${Math.max(GAP, Math.min(at.left, wide - size.width - GAP))}px`;
    box.style.top = `${fits ? below : above}px`;
  };

  const aided = (event) => event.target.closest?.(".matcalc-aided > a, .matcalc-aided > button, .matcalc-rule, .matcalc-ref");

  document.addEventListener("pointerover", (event) => {
    const anchor = aided(event);
    if (anchor && event.pointerType !== "touch") open(anchor);
  });
  document.addEventListener("pointerout", (event) => {
    if (aided(event)) later();
  });
  document.addEventListener("focusin", (event) => {
    const anchor = aided(event);
    if (anchor && anchor.matches(":focus-visible")) open(anchor);
    else if (!anchor) close();
  });
  document.addEventListener("focusout", (event) => {
    if (aided(event)) later();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  window.addEventListener("scroll", () => shown && place(floating(), shown), { passive: true, capture: true });
  window.addEventListener("resize", close);

  // What is cut off fades out; most browsers know by themselves how far a box is scrolled.
  const BOXES =
    ".matcalc-right, .matcalc-statement, .matcalc-display, .matcalc-equation-body, .matcalc-equations-formula, " +
    ".matcalc-wide, .matcalc-text, .matcalc-panel pre, .matcalc-error > pre, div.arithmatex";
  const fade = (box) => {
    const ahead = box.scrollLeft + box.clientWidth < box.scrollWidth - 1;
    box.style.setProperty("--matcalc-ahead", ahead ? "2em" : "0px");
    box.style.setProperty("--matcalc-behind", box.scrollLeft > 1 ? "2em" : "0px");
  };
  const watchBoxes = () => {
    const sizes = new ResizeObserver((entries) => {
      for (const { target } of entries) fade(target.closest(BOXES) ?? target);
    });
    const all = () => {
      for (const box of document.querySelectorAll(BOXES))
        for (const part of [box, ...box.children]) sizes.observe(part);
    };
    document.addEventListener("scroll", (event) => event.target.matches?.(BOXES) && fade(event.target), {
      capture: true,
      passive: true,
    });
    if (window.document$) window.document$.subscribe(all);
    else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
    else all();
  };
  if (!CSS.supports("animation-timeline: scroll()")) watchBoxes();

  const write = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // A page that is not served over https has no clipboard; the old way needs a field to select.
      const field = document.createElement("textarea");
      field.value = text;
      field.style.position = "fixed";
      field.style.opacity = "0";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.(".matcalc-copy, .matcalc-checked");
    if (!button) return;
    if (button.matches(".matcalc-checked")) {
      open(button);
      return;
    }
    const words = (button.dataset.words ??= button.textContent);
    const done = await write(button.dataset.latex);
    button.focus();
    button.setAttribute("aria-live", "polite");
    button.textContent = done ? "copied" : "could not copy";
    setTimeout(() => {
      button.textContent = words;
    }, 1600);
  });
})();
