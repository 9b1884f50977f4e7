// Losses and optima that were solved when the page was made (tauber/site/samples.py), at the nearest point of the grid that
// lies in the phase of the point of the plane: a picture in log-log axes, and the numbers with their errors.
"use strict";

const CHART = { width: 640, height: 400, left: 66, right: 96, top: 16, bottom: 52 };
const SVG = (name, attributes, text = "") => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, given]) => made.setAttribute(key, given));
  made.textContent = text;
  return made;
};
const decimal = (text) => number(read(text));
const digits = (value, count = 4) => (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5) ? String(Number(value.toPrecision(count))) : value.toExponential(count - 1));
const atMost = (value) => value.toExponential(0);

// A row of a table under its heads; the last of fewer cells takes what columns are left.
function rowOf(table, first, ...cells) {
  const names = [...table.querySelectorAll("thead th")].map((head) => escaped(head.textContent));
  const rest = cells.map((html, n) => {
    const wide = n === cells.length - 1 && cells.length < names.length - 1 ? ` class="long" colspan="${names.length - 1 - n}"` : "";
    return `<td role="cell" data-name="${names[n + 1]}"${wide}>${html}</td>`;
  });
  return `<tr role="row"><th role="rowheader" scope="row" data-name="${names[0]}">${first}</th>${rest.join("")}</tr>`;
}

// The phases of a sample, and the exponents that are derived there: none on a boundary.
function derivedAt(plane, sample) {
  const { phases } = answer(plane, sample.point.map(read));
  return { name: phases.map((p) => p.phase.name).join(" and "), powers: phases.length === 1 ? phases[0].powers : plane.laws.map(() => null) };
}

function nearest(plane, at) {
  const here = answer(plane, at).phases.map((p) => p.phase.name);
  const near = plane.samples.each.filter((sample) => here.includes(derivedAt(plane, sample).name));
  const far = ({ point }) => Math.hypot(...point.map((text, n) => decimal(text) - number(at[n])));
  return (near.length ? near : plane.samples.each).reduce((best, sample) => (far(sample) < far(best) ? sample : best));
}

// The slopes are those of the laws of the samples: of the best losses, or else of each of the first curves.
function drawSample(svg, samples, sample, slopes) {
  const lines = sample.curves.filter((c) => !c.reason)
    .map((c) => ({ name: c.name, points: samples.steps.map((r, n) => [Math.log10(r * c.scale), Math.log10(c.loss[n])]) }));
  const best = sample.frontier.filter((b) => !b.reason).map((b) => [Math.log10(b.budget), Math.log10(b.loss)]);
  const all = [...lines.flatMap((line) => line.points), ...best];
  const low = [0, 1].map((k) => Math.floor(Math.min(...all.map((p) => p[k]))));
  const high = [0, 1].map((k) => Math.ceil(Math.max(...all.map((p) => p[k]))));
  const wide = CHART.width - CHART.left - CHART.right, tall = CHART.height - CHART.top - CHART.bottom;
  const x = (u) => CHART.left + (u - low[0]) / (high[0] - low[0]) * wide;
  const y = (v) => CHART.top + (high[1] - v) / (high[1] - low[1] || 1) * tall;
  const path = (points) => "M" + points.map(([u, v]) => `${x(u).toFixed(1)} ${y(v).toFixed(1)}`).join("L");
  svg.replaceChildren(SVG("rect", { class: "frame", x: CHART.left, y: CHART.top, width: wide, height: tall }));
  const ticks = (k, most) => { const by = Math.ceil((high[k] - low[k]) / most); return Array.from({ length: Math.floor((high[k] - low[k]) / by) + 1 }, (_, n) => low[k] + n * by); };
  const power = (u) => { const text = SVG("tspan", { "baseline-shift": "super", "font-size": "75%" }, String(u)); return text; };
  for (const u of ticks(0, 7)) { const text = SVG("text", { class: "tick x", x: x(u), y: CHART.height - CHART.bottom + 20 }, "10"); text.append(power(u)); svg.append(text); }
  for (const v of ticks(1, 6)) { const text = SVG("text", { class: "tick y", x: CHART.left - 8, y: y(v) }, "10"); text.append(power(v)); svg.append(text); }
  svg.append(SVG("text", { class: "axis", x: CHART.left + wide / 2, y: CHART.height - 8 }, samples.axis));
  svg.append(SVG("text", { class: "axis", x: 14, y: CHART.top + tall / 2 }, samples.loss));
  const ends = lines.map((line) => y(line.points.at(-1)[1]));
  const order = ends.map((_, n) => n).sort((m, n) => ends[m] - ends[n]), places = [...ends];
  order.forEach((n, k) => { if (k) places[n] = Math.max(places[n], places[order[k - 1]] + 17); });
  const lowest = CHART.height - CHART.bottom - 8; // above the numbers of the axis
  order.toReversed().forEach((n, k) => { places[n] = Math.min(places[n], k ? places[order.at(-k)] - 17 : lowest); });
  lines.forEach((line, n) => {
    svg.append(SVG("path", { class: `loss loss-${n}`, d: path(line.points) }));
    svg.append(SVG("text", { class: `size size-${n}`, x: x(line.points.at(-1)[0]) + 6, y: places[n], dy: "0.35em" }, line.name));
  });
  const through = samples.compute ? [best.at(-1)] : sample.curves.map((c) => (c.reason ? undefined : lines.find((line) => line.name === c.name).points.at(-1)));
  slopes.forEach((slope, n) => { // a line of the derived slope through the last of the dots, or of a curve
    if (slope === null || !through[n]) return;
    const [u, v] = through[n], from = Math.max(low[0], u + (high[1] - v) / slope);
    svg.append(SVG("path", { class: "derived", d: path([[from, v + slope * (from - u)], [u, v]]) }));
  });
  for (const [u, v] of best) svg.append(SVG("circle", { class: "best", cx: x(u), cy: y(v), r: 4.5 }));
}

function showSample(plane, at) {
  const { samples } = plane, home = document.getElementById(`${plane.name}-samples`);
  const sample = nearest(plane, at), { name, powers } = derivedAt(plane, sample);
  const where = plane.parameters.map((word, n) => `${word} = ${sample.point[n]}`).join(", ");
  const errors = sample.curves.filter((c) => !c.reason).map((c) => c.error), svg = home.querySelector("svg");
  drawSample(svg, samples, sample, samples.laws.map((n) => powers[n] && number(powers[n])));
  const known = samples.laws.filter((n) => powers[n] !== null).map((n) => `${plane.laws[n].text}^(${written(powers[n])})`);
  svg.setAttribute("aria-label", `Losses at ${where} over ${samples.axis}: ${sample.curves.map((c) => c.name).join(", ")}${samples.compute ? ", and the best losses; the table has their numbers." : "."}`);
  home.querySelector(".where").textContent = `At ${where}, a point near by that was solved, in phase ${name}; ${known.length ? `derived ${known.join(", ")}` : "no power law is derived"}.`;
  home.querySelector(".errors").textContent = (errors.length ? `Curves are estimated: relative errors up to ${atMost(Math.max(...errors))}. ` : "")
    + sample.curves.filter((c) => c.reason).map((c) => `${c.name} was refused: ${c.reason} `).join("") + samples.setting;
  if (!samples.compute) return;
  const shown = (value, error) => escaped(`${digits(value)} (relative error ${atMost(error)})`), table = home.querySelector("table");
  home.querySelector("tbody").innerHTML = sample.frontier.map((b) => (b.reason
    ? rowOf(table, digits(b.budget, 1), `refused: ${escaped(b.reason)}`)
    : rowOf(table, digits(b.budget, 1), shown(b.size, b.sizeError), shown(b.loss, b.error)))).join("");
}

document.addEventListener("point", ({ detail: { planes, at } }) => planes.filter((plane) => plane.samples).forEach((plane) => showSample(plane, at)));
