// Adding documents: files dropped or chosen go up one after another, each with its progress, rate
// and time left, and can be cancelled; what waits below is told how far it is read.
(() => {
  "use strict";

  const form = document.querySelector("form.add");
  if (!form) return;
  const said = form.dataset;
  const field = form.querySelector("input[type=file]");
  const drop = form.querySelector(".drop");
  const list = document.querySelector(".sending");
  const most = Number(said.most) * 1024 * 1024;
  const waiting = [];
  let sending = null;
  let kept = [];

  for (const hidden of document.querySelectorAll(".script")) hidden.hidden = false;
  for (const plain of document.querySelectorAll(".no-script")) plain.hidden = true;
  list.hidden = false;
  field.required = false;

  const make = (tag, words = "", attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = words;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const language = document.documentElement.lang === "en" ? "en" : "zh";
  const time = (seconds) => seconds < 90
    ? said.seconds.replace("{n}", Math.max(1, Math.round(seconds)))
    : said.minutes.replace("{n}", Math.round(seconds / 60));

  const add = (file) => {
    const item = make("li");
    const bar = make("progress", "", { max: "1", value: "0", "aria-label": file.name });
    const state = make("span", said.queued, { class: "said" });
    const stop = make("button", said.cancel, { type: "button", "aria-label": `${said.cancel}: ${file.name}` });
    item.append(make("b", file.name), bar, state, stop);
    list.append(item);
    const job = { file, item, bar, state, stop, over: false, request: null };
    stop.addEventListener("click", () => {
      if (job.over) return;
      if (job.request) job.request.abort();
      end(job, said.cancelled, "cancelled");
    });
    if (!file.size) return end(job, `${said.failed}: ${file.name} ${said.empty}`, "failed");
    if (file.size > most) {
      return end(job, `${said.failed}: ${file.name} ${said.large.replace("{mb}", said.most)}`, "failed");
    }
    waiting.push(job);
    next();
  };

  const end = (job, words, state) => {
    job.over = true;
    job.state.textContent = words;
    job.stop.remove();
    if (state !== "kept") job.bar.remove(); else job.bar.value = 1;
    job.item.dataset.state = state;
    if (sending === job) sending = null;
    next();
  };

  const next = () => {
    while (!sending && waiting.length) {
      const job = waiting.shift();
      if (job.over) continue;
      sending = job;
      send(job);
    }
    if (!sending && !waiting.length) finish();
  };

  const send = (job) => {
    const query = new URLSearchParams({ name: job.file.webkitRelativePath || job.file.name });
    for (const name of ["kind", "audience", "replaces"]) {
      const control = form.elements[name];
      if (control && control.value) query.set(name, control.value);
    }
    if (form.elements.then.value === "take") query.set("look", "0");
    const request = new XMLHttpRequest();
    job.request = request;
    const began = performance.now();
    request.open("POST", `/admin/upload?${query}`);
    request.setRequestHeader("x-form-token", said.token);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.addEventListener("progress", (e) => {
      if (!e.lengthComputable || job.over) return;
      job.bar.value = e.loaded / e.total;
      const rate = e.loaded / Math.max(0.001, (performance.now() - began) / 1000);
      const left = said.left.replace("{left}", time((e.total - e.loaded) / rate));
      job.state.textContent =
        `${said.sending} · ${said.rate.replace("{rate}", (rate / 1e6).toFixed(1))} · ${left}`;
    });
    request.addEventListener("load", () => {
      if (job.over) return;
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* no JSON: said below */ }
      if (request.status === 200) {
        kept.push(told.upload_id);
        job.state.textContent = "";
        end(job, said.kept, "kept");
        job.item.append(make("a", said.review, { href: told.review }));
      } else {
        end(job, (told.error && told.error[language]) || said.broken, "failed");
      }
    });
    request.addEventListener("error", () => { if (!job.over) end(job, said.broken, "failed"); });
    request.send(job.file);
  };

  const tell = (words, href) => {
    const item = make("li");
    item.append(make("a", words, { href }));
    list.append(item);
  };

  // all are up: take them in at once, if that was wished
  const finish = async () => {
    if (!kept.length || form.elements.then.value !== "take") return watch();
    const ids = kept;
    kept = [];
    const body = new URLSearchParams(ids.map((id) => ["upload", id]));
    const headers = { "x-form-token": said.token, accept: "application/json" };
    try {
      const answer = await fetch("/admin/add/take", { method: "POST", body, headers });
      const told = await answer.json();
      if (answer.ok && !list.querySelector("[data-state=failed]")) location.href = `/admin/jobs/${told.job_id}`;
      else if (answer.ok) tell(said.started, `/admin/jobs/${told.job_id}`);
      else list.append(make("li", told.error[language]));
    } catch { list.append(make("li", said.broken)); }
  };

  form.addEventListener("submit", (e) => e.preventDefault());
  field.addEventListener("change", () => { [...field.files].forEach(add); field.value = ""; });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (e) => { e.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, (e) => { e.preventDefault(); drop.classList.remove("over"); });
  }
  drop.addEventListener("drop", (e) => {
    const files = [...e.dataTransfer.files];
    (field.multiple ? files : files.slice(0, 1)).forEach(add);
  });
  addEventListener("beforeunload", (e) => { if (sending) e.preventDefault(); });

  // -- how far what waits has been read ----------------------------------------------------

  let timer = 0;
  const busy = () => kept.length || document.querySelector("[data-state=waiting], [data-state=reading], [data-state=taken]");
  const watch = () => {
    if (!timer && busy()) timer = setTimeout(look, 1000);
  };
  const look = async () => {
    timer = 0;
    let found;
    try {
      const answer = await fetch("/admin/add/state", { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      found = new Map((await answer.json()).uploads.map((u) => [u.upload_id, u]));
    } catch { return; }
    let changed = [...found.keys()].some((id) => !document.querySelector(`[data-upload="${id}"]`));
    for (const shown of document.querySelectorAll("[data-upload]")) {
      const now = found.get(shown.dataset.upload);
      if (!now || (now.state !== shown.dataset.state && ["ready", "objected", "failed"].includes(now.state))) changed = true;
      else { shown.textContent = now.said; shown.dataset.state = now.state; }
    }
    if (!changed) return watch();
    const reads = document.querySelector(".uploads input:checked, .sending [data-state=failed]");
    if (sending || reads) tell(said.reload, location.href); else location.reload();
  };
  watch();
})();
