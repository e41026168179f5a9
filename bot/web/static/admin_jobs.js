// Jobs: while one waits or runs, how far it is, told anew every second; the page is shown anew once
// it is over.
(() => {
  "use strict";

  const going = [...document.querySelectorAll("[data-job]")]
    .filter((job) => ["waiting", "running"].includes(job.dataset.state));

  const look = async (job) => {
    let now;
    try {
      const answer = await fetch(`/admin/jobs/${job.dataset.job}/state`, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      now = await answer.json();
    } catch { return; }
    if (now.over) return location.reload();
    (job.querySelector(".said") || job).textContent = now.said;
    const bar = job.querySelector("progress");
    if (bar) { bar.max = Math.max(1, now.files); bar.value = now.done; }
    for (const file of document.querySelectorAll("[data-file]")) {
      if (file.dataset.file in now.each) file.textContent = now.each[file.dataset.file];
    }
    setTimeout(() => look(job), 1000);
  };
  for (const job of going) setTimeout(() => look(job), 1000);
})();
