import { readFileSync } from 'node:fs';
import { html, Markup } from './markup.ts';

/** A page that needs no other file and no network. @param body Between the tags of that name. */
export function shell(title: string, styles: readonly string[], body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title} – lvs-lab</title>
<style>${styles.map((name) => asset(`style/${name}.css`))}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
${body}
</body>
</html>
`.text;
}

/** A part of a page that is kept as a file of its own language. It holds no value of a result. */
export function asset(name: string): Markup {
  return new Markup(`\n${readFileSync(new URL(name, import.meta.url), 'utf8')}`);
}
