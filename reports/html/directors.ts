import { DIRECTOR_LEGEND, directorTable, hasDirectorTable } from '../tables/directors.ts';
import { caseId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import type { Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** Directors beside each other, each cell leading to the evidence that decides it; and what each one declares. */
export function directorsSection(page: Page): Markup | undefined {
  const { result } = page;
  if (!hasDirectorTable(result)) return undefined;
  const table = directorTable(result, (item) => `#${caseId(page, item)}`);
  const declaring = result.directors.filter(({ features }) => features !== undefined);
  return html`${tableMarkup(page, table, { caption: 'Directors by what cases are about', style: 'matrix' })}
<p class="legend"><span>${DIRECTOR_LEGEND}</span></p>
${declaring.map(
  ({ name, description, version, features = [] }) =>
    html`<details class="fold"><summary>${name}${version === undefined ? undefined : ` ${version}`}: ${description}</summary><p>Declares ${features.map((feature, index) => html`${index > 0 ? ', ' : undefined}<code>${feature}</code>`)}.</p></details>`,
)}`;
}
