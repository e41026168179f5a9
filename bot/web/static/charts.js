// Draws the tables of a page as charts (Chart.js). A table stays the truth: what is drawn, its
// words and where a click leads are read from its cells. Light and dark follow the reader's system.
(() => {
  "use strict";

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (cell) => parseFloat(cell.textContent.replace(/[,\s]/g, "")) || 0;
  const link = (cell) => cell.querySelector("a")?.getAttribute("href") || "";
  const short = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);
  const still = matchMedia("(max-width: 560px)");

  const read = (table) => {
    const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    return { heads, rows, names: rows.map((cells) => cells[0].textContent.trim()) };
  };

  // Dragging over columns chooses the days between them; a click follows the column's link.
  const dragging = (canvas, names, address) => {
    let from = null, to = null, dragged = false; // the click that ends a drag is none
    const at = (chart, event) => {
      const x = chart.scales.x.getValueForPixel(event.offsetX);
      return Math.min(names.length - 1, Math.max(0, Math.round(x)));
    };
    return {
      id: "dragging",
      dragged: () => dragged,
      afterInit: (chart) => {
        canvas.addEventListener("pointerdown", (e) => {
          from = at(chart, e);
          to = from;
          dragged = false;
        });
        canvas.addEventListener("pointermove", (e) => {
          if (from === null) return;
          to = at(chart, e);
          chart.draw();
        });
        addEventListener("pointercancel", () => { from = null; chart.draw(); });
        addEventListener("pointerup", () => {
          if (from === null) return;
          const [first, last] = [Math.min(from, to), Math.max(from, to)];
          from = null;
          chart.draw();
          dragged = first !== last;
          if (!dragged) return;
          location.assign(address.replace("{first}", names[first]).replace("{last}", names[last]));
        });
      },
      afterDraw: (chart) => {
        if (from === null || from === to) return;
        const { left, right, top, bottom } = chart.chartArea;
        const width = (right - left) / names.length;
        const [first, last] = [Math.min(from, to), Math.max(from, to)];
        chart.ctx.save();
        chart.ctx.globalAlpha = 0.18;
        chart.ctx.fillStyle = colour("--accent");
        chart.ctx.fillRect(left + first * width, top, (last - first + 1) * width, bottom - top);
        chart.ctx.restore();
      },
    };
  };

  const draw = (figure) => {
    const section = figure.closest("section");
    const { heads, rows, names } = read(section.querySelector("table"));
    const flags = figure.dataset.flags.split(" ");
    const [stacked, sideways] = [flags.includes("stacked"), flags.includes("sideways")];
    const colours = figure.dataset.colours.split(" ");
    const place = figure.querySelector(".canvas");
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", section.querySelector("h2").textContent);
    place.replaceChildren(canvas);
    place.hidden = false;
    place.style.height = sideways ? `${rows.length * (stacked || heads.length < 2 ? 30 : 44) + 70}px` : "";

    const days = Boolean(figure.dataset.range);
    const names_axis = {
      stacked,
      grid: { display: false },
      ticks: {
        color: colour("--ink-2"),
        autoSkip: !sideways,
        maxRotation: 0,
        callback: (i) => (days ? names[i].slice(5) : short(names[i], still.matches ? 9 : 26)),
      },
    };
    const numbers_axis = {
      stacked,
      beginAtZero: true,
      grid: { color: colour("--line") },
      border: { display: false },
      ticks: { color: colour("--ink-2"), precision: 0, maxTicksLimit: 6 },
    };
    const drag = figure.dataset.range ? dragging(canvas, names, figure.dataset.range) : null;
    return new Chart(canvas, {
      type: "bar",
      plugins: drag ? [drag] : [],
      data: {
        labels: names,
        datasets: heads.map((head, i) => ({
          label: head,
          data: rows.map((cells) => number(cells[i + 1])),
          backgroundColor: colour(`--chart-${colours[i]}`),
          maxBarThickness: 34,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        indexAxis: sideways ? "y" : "x",
        interaction: { mode: "index", axis: sideways ? "y" : "x", intersect: false },
        scales: sideways ? { x: numbers_axis, y: names_axis } : { x: names_axis, y: numbers_axis },
        plugins: {
          legend: {
            display: heads.length > 1,
            labels: { color: colour("--ink"), boxWidth: 12, boxHeight: 12 },
          },
          tooltip: {
            backgroundColor: colour("--ink"),
            titleColor: colour("--bg"),
            bodyColor: colour("--bg"),
            callbacks: { title: (items) => short(names[items[0].dataIndex], 60) },
          },
        },
        onHover: (event, parts) => {
          canvas.style.cursor = parts.length && link(rows[parts[0].index][0]) ? "pointer" : "";
        },
        onClick: (event, parts, chart) => {
          if (!parts.length || drag?.dragged()) return;
          const exact = chart.getElementsAtEventForMode(event, "nearest", { intersect: true }, true);
          const cells = rows[parts[0].index];
          const to = (exact.length && link(cells[exact[0].datasetIndex + 1])) || link(cells[0]);
          if (to) location.assign(to);
        },
      },
    });
  };

  const figures = [...document.querySelectorAll("figure[data-colours]")];
  const style = getComputedStyle(document.body);
  Chart.defaults.font.family = style.fontFamily;
  let charts = figures.map(draw);
  for (const folded of document.querySelectorAll("details.table")) folded.open = false;
  const again = () => {
    for (const chart of charts) chart.destroy();
    charts = figures.map(draw);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  still.addEventListener("change", again);
})();
