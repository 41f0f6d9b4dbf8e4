/** The option that names directors under test. */
import { Option } from 'commander';
import { directors, ownDirector } from '../directors/index.ts';

export function directorOption(): Option {
  return new Option(
    '--director <list>',
    `directors to test: ${Object.keys(directors).join(', ')}, or files that describe others (docs/directors.md)`,
  )
    .argParser((text: string) => text.split(','))
    .default([ownDirector.name], ownDirector.name);
}
