// What the pages beside the conversation can do more with a script: fold the filters on a phone,
// keep a list of picked passages while the browser is open.
(() => {
  "use strict";

  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const make = (tag, words = "", attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = words;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const read = (store, key) => {
    try {
      const found = JSON.parse(store.getItem(key) || "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };
  const write = (store, key, value) => {
    try { store.setItem(key, JSON.stringify(value)); } catch { /* no room, or not allowed */ }
  };

  for (const hidden of all(".script")) hidden.hidden = false;
  for (const plain of all(".no-script")) plain.hidden = true;
  if (matchMedia("(max-width: 899px)").matches) {
    for (const fold of all("details.facets, details.saved")) fold.open = false;
  }
  for (const box of all(".check input")) box.addEventListener("change", () => box.form.submit());

  // -- picked passages ---------------------------------------------------------------------

  const tray = document.querySelector(".tray");
  const PICKED = "kb_picked";
  const MOST = 100;

  const showTray = () => {
    const picked = read(sessionStorage, PICKED);
    const held = new Set(picked.map((p) => p.ref));
    for (const box of all(".pick input")) {
      box.checked = held.has(box.value);
      box.nextElementSibling.textContent = box.checked ? tray.dataset.collected : tray.dataset.collect;
    }
    tray.querySelector(".n").textContent = picked.length;
    tray.hidden = picked.length === 0;
    tray.querySelector("ol").replaceChildren(...picked.map((p) => {
      const item = make("li");
      const drop = make("button", "×", { type: "button", "aria-label": `${tray.dataset.remove}: ${p.title}` });
      drop.addEventListener("click", () => setPicked(p, false));
      item.append(make("b", p.title), make("span", `${p.text}…`), drop);
      return item;
    }));
    tray.querySelector(".refs").replaceChildren(...picked.map((p) =>
      make("input", "", { type: "hidden", name: "ref", value: p.ref })));
  };
  const setPicked = (passage, on) => {
    const others = read(sessionStorage, PICKED).filter((p) => p.ref !== passage.ref);
    write(sessionStorage, PICKED, on ? [...others, passage].slice(-MOST) : others);
    showTray();
  };

  if (tray) {
    document.addEventListener("change", (e) => {
      const box = e.target.closest(".pick input");
      if (box) setPicked({ ref: box.value, title: box.dataset.title, text: box.dataset.text }, box.checked);
    });
    tray.querySelector(".empty").addEventListener("click", () => {
      write(sessionStorage, PICKED, []);
      showTray();
    });
    addEventListener("pageshow", showTray);
    showTray();
  }
})();
