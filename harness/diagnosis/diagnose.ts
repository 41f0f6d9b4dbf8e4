/** What is set up wrongly at a site, and how to mend it. */
import type { Misconfiguration } from '../../reports/result.ts';
import type { Site } from './site.ts';
import { SYMPTOMS } from './symptoms/index.ts';
import type { Symptom } from './symptoms/symptom.ts';
import { SiteView } from './view/site-view.ts';

/** Faults of the network alone, whatever its traffic does; empty where nothing is wrong that captures can show. */
export function diagnose(site: Site): Misconfiguration[] {
  return found(
    new SiteView(site),
    SYMPTOMS.filter(({ isOfTheNetwork }) => isOfTheNetwork),
  );
}

/** Everything that the site shows. */
export function diagnoseAll(view: SiteView): Misconfiguration[] {
  return found(view, SYMPTOMS);
}

function found(view: SiteView, symptoms: readonly Symptom[]): Misconfiguration[] {
  const named: Misconfiguration[] = [];
  const explained = new Set<string>();
  const { director, servers } = view.site;
  const hosts = new Set([director, ...servers].map(({ host }) => host));
  for (const { find, occursIn, isLastResort, leavesUnanswered } of symptoms) {
    if (!occursIn(view.mode)) continue;
    // What the director does wrong explains what the servers do not get, and either what happens nobody knows where.
    const isExplained = (host: string) =>
      explained.has(host) || explained.has(director.host) || (explained.size > 0 && !hosts.has(host));
    const more = find(view).filter(({ host }) => !isLastResort || !isExplained(host));
    named.push(...more);
    if (leavesUnanswered) for (const { host } of more) explained.add(host);
  }
  return named;
}
