import { escaped } from '../xml.ts';

/** HTML or SVG that is already escaped. Only `html` makes it, so a value of a result never gets into a page raw. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup is kept, lists are joined, nothing is nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** Template tag that escapes every value, for text and for quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.map((string, index) => string + render(values[index])).join(''));
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escaped(String(content));
}
