/** What the sources that cases cite say. */
import { ARTICLE } from './article.ts';
import { KERNEL } from './kernel-behaviour.ts';

/** By what is cited: `article: dr-arp`, `kernel: §5.2`. */
export const SOURCE_TEXTS: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(ARTICLE).map(([key, sentence]) => [`article: ${key}`, sentence]),
  ...Object.entries(KERNEL).map(([section, { title, text }]) => [`kernel: ${section}`, `${title}. ${text}`]),
]);
