// A table of the page: numbers to the right, names to the left, and its own scroll bar where the screen is narrow.

import { html, type Html } from "./markup.ts";

export interface TableColumn {
  readonly header: string;
  readonly align: "left" | "right";
}

export type TableCell = string | Html;

export function table(columns: readonly TableColumn[], rows: readonly (readonly TableCell[])[]): Html {
  const alignment = (index: number): string => (columns[index]?.align === "right" ? "number" : "name");
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column, index) => html`<th scope="col" class="${alignment(index)}">${column.header}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => (index === 0 ? html`<th scope="row" class="name">${cell}</th>` : html`<td class="${alignment(index)}">${cell}</td>`))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

export const left = (header: string): TableColumn => ({ header, align: "left" });
export const right = (header: string): TableColumn => ({ header, align: "right" });
