// What every page is: a document that opens from a disk, without a network and without a script.

import { html, trusted, type Html } from "./markup.ts";
import { style } from "./style.ts";

/** Whatever a stranger's text should manage to smuggle in, the browser fetches and runs nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'";

export interface Framed {
  readonly title: string;
  readonly earshotVersion: string;
  readonly content: Html;
}

export function framed({ title, earshotVersion, content }: Framed): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="generator" content="earshot ${earshotVersion}" />
        <title>${title}</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.markup;
}
