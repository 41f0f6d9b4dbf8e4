import { killedText, mutantsTable } from '../tables/mutants.ts';
import { caseId, mutantId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** The proof that the cases see something: directors made wrong on purpose, and which case killed each. */
export function mutantsSection(page: Page): Markup | undefined {
  const { mutants } = page.result;
  if (mutants.length === 0) return undefined;
  const table = mutantsTable(mutants, {
    idOf: (mutant) => mutantId(page, mutant),
    hrefOfCase: (id) => {
      const item = page.result.cases.find((one) => one.id === id);
      return item && `#${caseId(page, item)}`;
    },
  });
  return html`<section id="mutants">
${heading(2, 'mutants', 'Mutants')}
<p class="lead">Cases that never fail prove nothing. Each of these directors was made wrong in one small way, and the same cases were put to it: ${killedText(mutants)}.</p>
${tableMarkup(page, table, { caption: 'Mutants and the cases that killed them', style: 'wrong' })}
</section>`;
}
