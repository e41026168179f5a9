// What the page needs beyond Gradio: links to sources open beside the answer, examples ask
// themselves, Enter never sends half-composed Chinese, the language is remembered.
(() => {
  "use strict";

  const NARROW = "(max-width: 899px)";

  const trigger = (inside, type, data) => {
    const root = inside.closest("#thread, #panel, #tools, #related");
    const target = root && (root.querySelector("[id^='html-']") || root);
    if (target) target.dispatchEvent(new CustomEvent("kb", { detail: { type, data } }));
  };

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const reveal = (element, block) => {
    if (element) element.scrollIntoView({ block, behavior: calm() ? "auto" : "smooth" });
  };

  // -- sources -----------------------------------------------------------------------------

  const showSource = (link) => {
    const turn = Number(link.dataset.turn);
    const n = Number(link.dataset.n);
    for (const other of document.querySelectorAll("#thread a.cite[aria-current]")) {
      other.removeAttribute("aria-current");
    }
    for (const same of document.querySelectorAll(`#thread a.cite[data-turn="${turn}"][data-n="${n}"]`)) {
      same.setAttribute("aria-current", "true");
    }
    trigger(link, "select", { turn, n });
    if (matchMedia(NARROW).matches) reveal(document.getElementById("panel"), "start");
  };

  const plainClick = (e) => e.button === 0 && !(e.ctrlKey || e.metaKey || e.shiftKey || e.altKey);

  document.addEventListener("click", (e) => {
    const at = e.target instanceof Element ? e.target : null;
    if (!at) return;
    const cite = at.closest("a.cite");
    if (cite && plainClick(e)) {
      e.preventDefault();
      showSource(cite);
      return;
    }
    const example = at.closest("button[data-example]");
    if (example) trigger(example, "example_select", { example: Number(example.dataset.example) });
    const alone = at.closest("button[data-alone]");
    if (alone) trigger(alone, "example_select", { alone: Number(alone.dataset.alone) });
    const further = at.closest("button[data-related]");
    if (further) {
      trigger(further, "example_select", { related: Number(further.dataset.related) });
      further.closest(".related").remove();
    }
    const tool = at.closest("button[data-do]");
    if (tool) trigger(tool, "select", { do: Number(tool.dataset.do) });
    const vote = at.closest("button[data-vote]");
    if (vote) tell(vote, vote.id, { vote: Number(vote.dataset.vote) });
    const send = at.closest("button[data-tell]");
    if (send) {
      const typed = (selector) => send.parentElement.querySelector(selector);
      const said = typed("select")
        ? { n: Number(typed("select").value), remark: typed("textarea").value }
        : { contact: typed("input").value };
      tell(send, `told-${Number(send.dataset.tell)}`, said);
    }
    const link = at.closest("button.copy-link");
    if (link) copyText(link, link.parentElement.querySelector("input").value);
    const back = at.closest("a[data-back]");
    if (back) {
      e.preventDefault();
      reveal(document.getElementById(`turn-${Number(back.dataset.back)}`), "start");
    }
    if (at.closest("a.skip")) {
      e.preventDefault();
      document.querySelector("#question textarea")?.focus();
    }
    const copy = at.closest("button.copy");
    if (copy) copyAnswer(copy);
    if (at.closest("#switch")) {
      const next = document.documentElement.lang === "en" ? "zh" : "en";
      document.cookie = `kb_lang=${next}; path=/; max-age=31536000; samesite=lax`;
    }
  });

  // -- what a reader says of an answer -------------------------------------------------------

  // The answer is drawn anew with the reply: the focus goes to what stands in its place.
  let wanted = "";
  const tell = (button, focus, said) => {
    wanted = focus;
    trigger(button, "submit", { turn: Number(button.dataset.turn || button.dataset.tell), ...said });
  };
  const focusAgain = () => {
    const found = wanted && document.getElementById(wanted);
    wanted = "";
    if (found) found.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (e) => {
    const field = e.target instanceof Element && e.target.closest(".telling input");
    if (field && e.key === "Enter") field.closest(".fields").querySelector("button").click();
  });

  // -- terms -------------------------------------------------------------------------------

  // A definition stays inside the window, goes with Escape, and comes with the first tap.
  const settle = (term) => {
    const hint = term.querySelector(".hint");
    hint.style.setProperty("--shift", "0px");
    const { left, right } = hint.getBoundingClientRect();
    const over = right - (document.documentElement.clientWidth - 12);
    if (over > 0) hint.style.setProperty("--shift", `${-Math.min(over, left - 12)}px`);
  };
  const termOf = (e) => (e.target instanceof Element ? e.target.closest("#thread .term") : null);

  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (e) => {
      const term = termOf(e);
      if (term) settle(term);
    });
  }
  for (const kind of ["pointerout", "focusout"]) {
    document.addEventListener(kind, (e) => {
      const term = termOf(e);
      if (term && !term.contains(e.relatedTarget)) term.classList.remove("shut");
    });
  }
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    for (const term of document.querySelectorAll("#thread .term:is(:hover, :focus-within)")) {
      term.classList.add("shut");
    }
  });
  let touched = null;
  document.addEventListener("pointerdown", (e) => {
    const term = termOf(e);
    touched = e.pointerType === "touch" && term && !term.contains(document.activeElement) ? term : null;
  });
  document.addEventListener("click", (e) => {
    const term = termOf(e);
    if (!term || term !== touched) return;
    e.preventDefault();
    term.querySelector("a").focus();
  });

  // -- copying -----------------------------------------------------------------------------

  const copyAnswer = (button) =>
    copyText(button, button.parentElement.querySelector(".copy-text").textContent);

  const copyText = async (button, text) => {
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      done = copyOldWay(text); // no clipboard without https
    }
    if (!done) return;
    const label = button.textContent;
    if (label === button.dataset.done) return;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1600);
  };

  const copyOldWay = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  // -- keys --------------------------------------------------------------------------------

  const guard = (e) => {
    // While an input method composes, Enter belongs to it (229: browsers that clear the flag early).
    if (e.key === "Enter" && (e.isComposing || e.keyCode === 229)) e.stopImmediatePropagation();
  };
  window.addEventListener("keydown", guard, true);
  window.addEventListener("keypress", guard, true);

  document.addEventListener("keydown", (e) => {
    const cite = e.target instanceof Element ? e.target.closest("a.cite") : null;
    if (cite && e.key === " ") {
      e.preventDefault();
      showSource(cite);
    }
  });

  // -- what changed ------------------------------------------------------------------------

  let newest = 0;

  const changed = () => {
    const head = document.querySelector("#head [data-lang]");
    if (head) {
      document.documentElement.lang = head.dataset.lang;
      document.title = head.dataset.title;
      const wanted = /(?:^|; )kb_lang=(zh|en)/.exec(document.cookie);
      if (!wanted || head.dataset.lang.startsWith(wanted[1])) {
        document.documentElement.classList.remove("waiting");
      }
    }
    const turns = document.querySelectorAll("#thread .turn");
    const last = turns.length ? Number(turns[turns.length - 1].dataset.turn) : 0;
    if (last > newest) reveal(turns[turns.length - 1], "start");
    newest = last;
  };

  // A made link shows its whole address; a made file is saved.
  const made = () => {
    const field = document.querySelector("#made-link");
    if (field && field.value.startsWith("/")) field.value = location.origin + field.value;
    for (const file of document.querySelectorAll("#tools [data-file]")) {
      const bytes = Uint8Array.from(atob(file.dataset.file), (c) => c.charCodeAt(0));
      const url = URL.createObjectURL(new Blob([bytes]));
      const save = document.createElement("a");
      save.href = url;
      save.download = file.dataset.name;
      save.click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
      file.remove();
    }
  };

  document.addEventListener("kb-changed", () => setTimeout(() => { changed(); made(); focusAgain(); }));
  setTimeout(() => document.documentElement.classList.remove("waiting"), 4000);
})();
