/** An element of a page or an XML document, in the order of opening tags. */
export interface ParsedElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Text directly in it, references resolved. */
  text: string;
}

const VOID = new Set(['meta', 'link', 'br', 'input']);
const RAW = new Set(['script', 'style']);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TAG = /^<([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*(?:="[^"<]*")?)*)\s*(\/?)>/;
const ATTRIBUTE = /([A-Za-z][\w:-]*)(?:="([^"<]*)")?/g;

/**
 * Reads markup and throws where it is not well-formed: tags that do not nest, an attribute twice or (in XML) without
 * a value, a bare `<` or `&`, a character that XML 1.0 forbids.
 */
export function parseMarkup(source: string, language: 'xml' | 'html'): ParsedElement[] {
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(source);
  if (forbidden) throw new Error(`forbidden character at ${forbidden.index}`);
  const found: ParsedElement[] = [];
  const open: ParsedElement[] = [];
  let rest = source.replace(/^(<\?xml [^?]*\?>|<!doctype html>)\n/, '');
  if (rest === source) throw new Error('no declaration');
  while (rest !== '') {
    const closing = /^<\/([\w:-]+)>/.exec(rest);
    const tag = TAG.exec(rest);
    if (closing) {
      const element = open.pop();
      if (element?.name !== closing[1]) throw new Error(`</${closing[1]}> closes <${element?.name}>`);
      rest = rest.slice(closing[0].length);
    } else if (tag) {
      const [whole, name = '', attributes = '', selfClosing] = tag;
      const element = { name, attributes: attributesOf(attributes, language), text: '' };
      found.push(element);
      rest = rest.slice(whole.length);
      if (language === 'html' && RAW.has(name)) {
        const end = rest.indexOf(`</${name}`);
        element.text = rest.slice(0, end);
        rest = rest.slice(end);
      }
      const isVoid = language === 'html' && VOID.has(name);
      if (!selfClosing && !isVoid) open.push(element);
    } else {
      const text = /^[^<]+/.exec(rest)?.[0];
      if (text === undefined) throw new Error(`not a tag: ${rest.slice(0, 60)}`);
      const parent = open.at(-1);
      const resolved = resolve(text);
      if (parent) parent.text += resolved;
      else if (text.trim() !== '') throw new Error(`text outside of the document: ${text}`);
      rest = rest.slice(text.length);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is never closed`);
  return found;
}

function attributesOf(text: string, language: 'xml' | 'html'): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value] of text.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) throw new Error(`attribute ${name} twice`);
    if (value === undefined && language === 'xml') throw new Error(`attribute ${name} has no value`);
    attributes.set(name, resolve(value ?? ''));
  }
  return attributes;
}

function resolve(text: string): string {
  return text.replace(/&(?:#(\d+);|(\w+);|)/g, (reference, code?: string, name?: string) => {
    const character = code ? String.fromCodePoint(Number(code)) : ENTITIES[name ?? ''];
    if (character === undefined) throw new Error(`not a reference: ${reference}`);
    return character;
  });
}
