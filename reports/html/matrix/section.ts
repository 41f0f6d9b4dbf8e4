import { overviewOf } from '../../overview.ts';
import { isPacketCase } from '../../packet-groups.ts';
import { MEANINGS, worstStatus } from '../../status.ts';
import { overviewTable, packetTable } from '../../tables/overview.ts';
import { groupId } from '../cases/section.ts';
import { fairnessId } from '../fairness/ids.ts';
import { mark } from '../mark.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page } from '../page.ts';
import { tableMarkup } from '../table.ts';
import { caseMatrices } from './case-matrix.ts';

/** How everything came out, mode by mode: a cell says how many held, and leads to the evidence. */
export function matrixSection(page: Page): Markup {
  const isTelling = overviewOf(page.result).rows.length > 1 || page.result.fairness.length > 0;
  const hasShown = page.result.fairness.some(({ status }) => status === 'shown');
  return html`<section id="matrix">
${heading(2, 'matrix', 'The matrix')}
${page.result.cases.length + page.result.fairness.length === 0 ? html`<p>Nothing was judged.</p>` : undefined}
<div class="side-by-side">${isTelling ? overviewPart(page) : undefined}
${page.result.cases.some(isPacketCase) ? packetPart(page) : undefined}</div>
${hasShown ? html`<p class="legend"><span>${mark('shown')} ${MEANINGS.shown}</span></p>` : undefined}
${caseMatrices(page)}
</section>`;
}

function overviewPart(page: Page): Markup {
  const table = overviewTable(page.result, {
    cases: ({ suite }) => suite && `#${page.ids.of('suite', suite.key)}`,
    fairness: ({ fairness }) => {
      const worst = worstStatus(fairness);
      const first = fairness.find(({ status }) => status === worst);
      return first && `#${fairnessId(page, first)}`;
    },
  });
  return tableMarkup(page, table, {
    caption: 'By mode and scheduler: cases of live traffic, and situations of fairness, that passed',
    showsCaption: true,
    style: 'overview',
  });
}

function packetPart(page: Page): Markup {
  const table = packetTable(page.result, ({ name }) => `#${groupId(page, name)}`);
  return tableMarkup(page, table, {
    caption: 'Packet by packet: cases that passed, by subject and mode',
    showsCaption: true,
    style: 'overview',
  });
}
