// The one door to Observable Plot: a drawing as static SVG, once for a wide screen and once for a phone, because a wide
// drawing scaled down to a phone can't be read. No script reaches the page.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, trusted, type Html } from "./markup.ts";

export type Drawing = Plot.PlotOptions;

const widths = [
  { name: "wide", widthPx: 760 },
  { name: "narrow", widthPx: 340 },
] as const;

/** Colours are custom properties, so that a dark screen and paper can have their own. */
export const cellColours = 8;
export const cellColour = (index: number): string => `var(--cell-${(index % cellColours) + 1})`;
export const partColour = (index: number): string => `var(--part-${index + 1})`;

/** Coordinates to a tenth of a pixel: nobody sees more, and the page is a third smaller. */
const shortened = (svg: string): string =>
  svg.replace(/ (?:d|x|y|[xy][12]|c[xy]|r|width|height|points|transform)="[^"]*"/g, (attribute) => attribute.replace(/(\d+\.\d)\d+/g, "$1"));

function draw(drawing: Drawing, label: string): Html {
  const { document } = parseHTML("<html></html>");
  const svg = Plot.plot({ ...drawing, document, style: { background: "none", fontSize: "12px", fontFamily: "inherit" } });
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return trusted(shortened(svg.outerHTML));
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
}

export interface Figure {
  readonly label: string;
  readonly legend?: readonly LegendEntry[];
  readonly caption: string;
  readonly draw: (widthPx: number) => Drawing;
}

/** A figure with its legend above and its caption below. */
export function figure({ label, legend, caption, draw: drawingAt }: Figure): Html {
  const entries = legend?.map(({ name, colour }) => html`<li><span class="swatch" style="background:${colour}"></span>${name}</li>`);
  return html`<figure>
    ${
      entries &&
      html`<ul class="legend">
        ${entries}
      </ul>`
    }
    ${widths.map(({ name, widthPx }) => html`<div class="${name}">${draw(drawingAt(widthPx), label)}</div>`)}
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** Where a chart is drawn for a phone. */
export const isNarrow = (widthPx: number): boolean => widthPx < 500;

/** The head of a drawing with a row for each thing, its name above it, and one scale in ms from 0 below them all. */
export const rowsHead = (widthPx: number, { rows, rowHeightPx, endMs }: { readonly rows: number; readonly rowHeightPx: number; readonly endMs: number }) => ({
  ...rowsFrame(widthPx, rows * rowHeightPx),
  x: { domain: [0, endMs], tickFormat: axisNumber, ticks: isNarrow(widthPx) ? 4 : 8, label: null },
});

/** The same without the scale. */
export const rowsFrame = (widthPx: number, rowsHeightPx: number) => ({
  width: widthPx,
  height: 34 + rowsHeightPx,
  marginLeft: 2,
  marginRight: 14,
  marginTop: 4,
});

/** Whole numbers with thousands separators, for axes. */
export const axisNumber = (value: number): string => value.toLocaleString("en-US");
