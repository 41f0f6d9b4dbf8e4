import { writeFileSync } from 'node:fs';
import { ARTICLE } from './article.ts';
import { KERNEL } from './kernel-behaviour.ts';

/**
 * The sources of requirements as a page. `node scenarios/publish-sources.ts` writes it to `docs/sources.md`, and has to be
 * run after a change of what the sources say.
 */
export function sourcesPage(): string {
  return `${[
    '# Sources of the requirements',
    'Every case, and every situation of fairness, says where its requirement comes from. This page has what is cited; it is written by `node scenarios/publish-sources.ts`.',
    'RFCs are cited as `RFC 791 §3.1`: number and section of a document at [rfc-editor.org](https://www.rfc-editor.org). `lvs-lab conformance --list` shows each case with its sources.',
    '## The article',
    'What the article on LVS that this project implements says, cited as `article: dr-arp`.',
    ...Object.entries(ARTICLE).flatMap(([key, sentence]) => [`### article: ${key}`, sentence]),
    '## The kernel',
    'How IPVS behaves in Linux, checked against the source of Linux 6.1 and against recordings of it. Cited as `kernel: NAT: TTL, §5.2`: a topic, and the section here.',
    ...Object.entries(KERNEL).flatMap(([section, { title, text }]) => [`### ${section} ${title}`, text]),
  ].join('\n\n')}\n`;
}

if (import.meta.main) writeFileSync(new URL('../docs/sources.md', import.meta.url), sourcesPage());
