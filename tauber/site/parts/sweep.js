// A sweep (tauber/site/sweep.py): at the measured point nearest to the point of the plane, measured against derived.
"use strict";

function showMeasured(plane, at) {
  const { measured } = plane, home = document.getElementById("measured"), [xs, ys] = measured.points;
  const near = (texts, n) => texts.reduce((best, text, k) => (Math.abs(decimal(text) - number(at[n])) < Math.abs(decimal(texts[best]) - number(at[n])) ? k : best), 0);
  const [i, j] = [near(xs, 0), near(ys, 1)], place = i * ys.length + j;
  home.querySelector(".where").textContent = `At the nearest measured point, ${plane.parameters[0]} = ${xs[i]}, ${plane.parameters[1]} = ${ys[j]}:`;
  const refusal = measured.sentences[measured.refused[place]];
  home.querySelector(".refused").textContent = refusal ? `Refused, in the words of the sweep: ${refusal}` : "";
  const text = (value) => (value === null ? "none" : digits(value, 5));
  home.querySelector("tbody").innerHTML = Object.entries(measured.columns).map(([name, arrays]) => {
    const [found, error, derived, distance] = arrays.map((array) => array[place]);
    const estimate = found === null ? "refused" : `${text(found)}, uncertain by ${error === null ? "an unknown amount" : atMost(error)}`;
    return rowOf(home.querySelector("table"), `<code>${escaped(name)}</code>`, estimate, text(derived), text(distance));
  }).join("");
}

document.addEventListener("point", ({ detail: { planes, at } }) => planes.filter((plane) => plane.measured).forEach((plane) => showMeasured(plane, at)));
