// The planes of a page: a point, chosen by click, arrow keys or as two numbers, and what is derived for it.
// All arithmetic is in fractions of whole numbers (BigInt): an answer is exact, and so is "on a boundary".
"use strict";

const gcd = (m, n) => { while (n) [m, n] = [n, m % n]; return m < 0n ? -m : m; };

function fraction(above, below = 1n) {
  if (below === 0n) return null; // no value, as of 0/0
  const common = gcd(above, below) * (below < 0n ? -1n : 1n);
  return [above / common, below / common];
}

// "3/2", "1.5" or "2"; null for anything else.
function read(text) {
  const found = /^\s*(-?)(\d{1,12})(?:\.(\d{1,9})|\/(\d{1,9}))?\s*$/.exec(text);
  if (!found) return null;
  const [, minus, whole, decimals = "", below = "1"] = found;
  const above = BigInt(whole + decimals) * (minus ? -1n : 1n);
  return fraction(above, decimals ? 10n ** BigInt(decimals.length) : BigInt(below));
}

const written = (value) => (value[1] === 1n ? `${value[0]}` : `${value[0]}/${value[1]}`);
const number = (value) => Number(value[0]) / Number(value[1]);
const sum = (p, q) => fraction(p[0] * q[1] + q[0] * p[1], p[1] * q[1]);
const product = (p, q) => fraction(p[0] * q[0], p[1] * q[1]);

// The value of a formula (tauber/site/exact.py) at a point; null where it has none.
function value(tree, at) {
  if (tree === "x") return at[0];
  if (tree === "y") return at[1];
  if (typeof tree === "string") { const [p, q = "1"] = tree.split("/"); return fraction(BigInt(p), BigInt(q)); }
  const [sign, ...rest] = tree;
  if (sign === "^") {
    const base = value(rest[0], at), power = BigInt(Math.abs(rest[1]));
    if (base === null) return null;
    const raised = [base[0] ** power, base[1] ** power];
    return rest[1] < 0 ? fraction(raised[1], raised[0]) : raised;
  }
  const parts = rest.map((part) => value(part, at));
  return parts.includes(null) ? null : parts.reduce(sign === "+" ? sum : product);
}

const signOf = (tree, at) => { const found = value(tree, at)[0]; return found > 0n ? 1 : found < 0n ? -1 : 0; };

// Where a point lies: {outside}, or the phases that meet there (one, or those of a boundary) with their exponents.
function answer(plane, at) {
  const inside = plane.corner.every((low, n) => signOf(["+", "xy"[n], ["*", "-1", low]], at) > 0);
  if (!inside) return { outside: true, phases: [] };
  const within = (phase, least) => phase.where.every((condition) => signOf(condition, at) >= least);
  let found = plane.phases.filter((phase) => within(phase, 1));
  if (!found.length) {
    const met = new Set(plane.boundaries.filter((line) => signOf(line.polynomial, at) === 0).flatMap((l) => l.between));
    found = plane.phases.filter((phase) => met.has(phase.name) && within(phase, 0));
  }
  return {
    outside: false,
    phases: found.map((phase) => ({ phase, powers: phase.laws.map((law) => (law === null ? null : value(law, at))) })),
  };
}

function texOf(plane, powers) {
  return plane.laws.map((law, n) => powers[n] === null ? null : `${law.tex} \\sim ${power(law.variableTex, powers[n])}`)
    .filter((law) => law !== null).join(",\\quad ");
}
const power = (base, exponent) => (written(exponent) === "1" ? base : `${base}^{${written(exponent)}}`);

function mathOf(exponent) {
  const [above, below] = exponent, minus = above < 0n ? "<mo>−</mo>" : "", size = above < 0n ? -above : above;
  const shown = below === 1n ? `<mn>${size}</mn>` : `<mrow><mn>${size}</mn><mo>/</mo><mn>${below}</mn></mrow>`;
  return `<mrow>${minus}${shown}</mrow>`;
}

function lawsOf(plane, powers) {
  return plane.laws.map((law, n) => powers[n] === null ? "" :
    `<li><math><mrow>${law.math}<mo>∼</mo><msup>${law.variableMath}${mathOf(powers[n])}</msup></mrow></math></li>`).join("");
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function told(plane, at) {
  const { outside, phases } = answer(plane, at);
  if (outside) return { html: "<p>Outside of the plane of this diagram.</p>", tex: "" };
  const lead = phases.length > 1
    ? `<p>On the boundary of ${phases.map((p) => escaped(p.phase.name)).join(" and ")}: logarithms may appear. Limits from each side:</p>`
    : "";
  const each = phases.map(({ phase, powers }) => {
    const name = `<h3>${phases.length > 1 ? "From phase" : "Phase"} <span class="name">${escaped(phase.name)}</span></h3>`;
    if (powers.every((p) => p === null)) return name + (phase.tradeoff.length ? "" : "<p>No power law: the loss does not fall as a power of the compute here.</p>");
    const balanced = phase.tradeoff.length && phase.tradeoff.join(" = ") !== phase.name
      ? `<p>${escaped(plane.beside)}: ${escaped(phase.tradeoff.join(" = "))}</p>` : "";
    return `${name}${balanced}<ul class="laws">${lawsOf(plane, powers)}</ul>`;
  });
  const where = plane.parameters.map((name, n) => `${name} = ${written(at[n])}`).join(", ");
  const lines = phases.filter(({ powers }) => powers.some((p) => p !== null))
    .map(({ phase, powers }) => `% ${phase.name}, at ${where}\n${texOf(plane, powers)}\n% in all of the phase\n${phase.tex}`);
  return { html: lead + each.join(""), tex: lines.join("\n") };
}

function show(section, plane, at) {
  const { html, tex } = told(plane, at);
  section.querySelector(".told").innerHTML = html;
  section.querySelector(".tex").value = tex;
  section.querySelector(".command").textContent =
    plane.command + plane.options.map((option, n) => option + written(at[n])).join("");
  const { left, top, width, height, from, to } = plane.frame, point = section.querySelector(".point");
  const x = left + (number(at[0]) - from[0]) / (to[0] - from[0]) * width;
  const y = top + (to[1] - number(at[1])) / (to[1] - from[1]) * height;
  point.toggleAttribute("hidden", x < left || x > left + width || y < top || y > top + height);
  point.setAttribute("transform", `translate(${x} ${y})`);
  const names = answer(plane, at).phases.map((found) => found.phase.name);
  for (const area of section.querySelectorAll(".phase")) area.classList.toggle("here", names.includes(area.dataset.phase));
}

function start() {
  const planes = JSON.parse(document.getElementById("planes").textContent);
  const inputs = [...document.querySelectorAll(".point-inputs input")], said = document.getElementById("point-error");
  const sections = planes.map((plane) => document.getElementById(plane.name));
  let at = inputs.map((input) => read(input.defaultValue));

  function move(next) {
    at = next;
    inputs.forEach((input, n) => { input.value = written(at[n]); input.removeAttribute("aria-invalid"); });
    said.textContent = "";
    planes.forEach((plane, n) => show(sections[n], plane, at));
    document.dispatchEvent(new CustomEvent("point", { detail: { planes, at } }));
    history.replaceState(null, "", `#${at.map(written).join(",")}`);
  }

  inputs.forEach((input, n) => input.addEventListener("change", () => {
    const found = read(input.value);
    if (found) return move(at.map((old, m) => (m === n ? found : old)));
    input.setAttribute("aria-invalid", "true");
    said.textContent = `'${input.value}' is no number; write one like 3/2 or 1.5.`;
  }));

  planes.forEach((plane, n) => {
    const stage = sections[n].querySelector(".stage"), svg = stage.querySelector("svg"), step = read(plane.frame.step);
    const snapped = (x) => product(fraction(BigInt(Math.round(x / number(step)))), step);
    svg.addEventListener("click", (event) => {
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const { left, top, width, height, from, to } = plane.frame;
      if (x < left || x > left + width || y < top || y > top + height) return;
      move([snapped(from[0] + (x - left) / width * (to[0] - from[0])), snapped(to[1] - (y - top) / height * (to[1] - from[1]))]);
    });
    stage.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1n, 0n], ArrowRight: [1n, 0n], ArrowUp: [0n, 1n], ArrowDown: [0n, -1n] }[event.key];
      if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      move(at.map((old, m) => sum(old, product([by[m], 1n], step))));
    });
    const button = sections[n].querySelector(".copy"), area = sections[n].querySelector(".tex");
    button.addEventListener("click", async () => {
      area.select();
      // a page from a file has no clipboard of its own in some browsers
      if (navigator.clipboard) await navigator.clipboard.writeText(area.value); else document.execCommand("copy");
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy LaTeX"; }, 1500);
    });
  });

  const linked = () => decodeURIComponent(location.hash.slice(1)).split(",").map(read);
  const follow = () => { const found = linked(); if (found.length === 2 && !found.includes(null)) move(found); };
  window.addEventListener("hashchange", follow);
  move(at.length === 2 && linked().length === 2 && !linked().includes(null) ? linked() : at);
}

if (document.getElementById("planes")) start();
