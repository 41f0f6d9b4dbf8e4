/** How IPVS follows SCTP associations: the type of a packet’s first chunk is the event. */
import { readTable, type StateMachine } from './state-tables.ts';

/** DATA and all chunks that are not named here, INIT, INIT ACK, COOKIE ECHO, COOKIE ACK, SHUTDOWN, SHUTDOWN ACK, … */
const EVENTS = ['d', 'i', 'ia', 'ce', 'ca', 's', 'sa', 'sc', 'err', 'ab'];

function inactive(name: string, timeoutS: number) {
  return { name, timeoutS, isActive: false };
}

function table(rows: string) {
  return readTable(EVENTS, rows);
}

export const SCTP: StateMachine = {
  facts: {
    NO: inactive('NONE', 2),
    I1: inactive('INIT1', 4),
    IN: inactive('INIT', 61),
    CS: inactive('C-SENT', 61),
    CR: inactive('C-REPLIED', 61),
    CW: inactive('C-WAIT', 61),
    CO: inactive('COOKIE', 61),
    CE: inactive('C-ECHOED', 61),
    ES: { name: 'ESTABLISHED', timeoutS: 900, isActive: true },
    SS: inactive('S-SENT', 61),
    SR: inactive('S-RECEIVED', 61),
    SA: inactive('S-ACK-SENT', 61),
    RJ: inactive('REJECTED', 4),
    CL: inactive('CLOSED', 61),
  },
  events: EVENTS,
  start: 'NO',
  opening: 'i',
  reusable: ['CL'],
  tables: {
    // from d i ia ce ca s sa sc err ab
    input: table(`
      NO ES I1 CW CR ES SR CL CL CL CL
      I1 I1 IN CW IN I1 I1 IN CL I1 CL
      IN IN IN CW IN IN IN IN CL IN CL
      CS CS CS CS CR CS CS CS CS CS CL
      CR CR CR CR CR CR CR CR CR CR CL
      CW CW CW CO CW CW CW CW CW CW RJ
      CO CO CO CO CO CO CO CO CO CO CL
      CE CE CE CE CE ES CE CE CE CL CL
      ES ES ES ES ES ES SR ES ES ES CL
      SS SS SS SS SS SS SS CL SS SS CL
      SR SR SR SR SR SR SR SR SR SR CL
      SA SA SA SA SA SA SA CL CL SA CL
      RJ RJ IN RJ RJ RJ RJ RJ RJ RJ CL
      CL CL IN CL CL CL CL CL CL CL CL`),
    output: table(`
      NO ES CW CS CE ES SS SA CL CL CL
      I1 I1 CW CS CE ES SS SA I1 CL RJ
      IN IN CW CS CE ES SS SA IN CL CL
      CS CS CW CS CE ES SS SA CS CL CL
      CR CR CW CR CE ES SS SA CR CL CL
      CW CW CW CW CE ES SS CW CW CW CL
      CO CO CW CO CE ES SS CO CO CO CL
      CE CE CW CE CE ES SS CE CE CE CL
      ES ES ES ES ES ES SS ES ES ES CL
      SS SS CW SS SS SS SS SA SS SS CL
      SR SR CW SR SR SR SR SA SR SR CL
      SA SA CW SA SA SA SA SA SA SA CL
      RJ RJ CW RJ RJ RJ RJ RJ RJ RJ CL
      CL CL CW CL CL CL CL CL CL CL CL`),
    inputOnly: table(`
      NO ES I1 CE ES ES SR CL CL CL CL
      I1 I1 IN CE ES I1 I1 IN CL I1 CL
      IN IN IN CE ES IN IN IN CL IN CL
      CS CS IN CE ES ES CS CS CL CS CL
      CR CR IN CE ES ES CR CR CL CR CL
      CW ES IN CE ES CW CW CW CW CW RJ
      CO CO CO CO CO ES CO CO CO CO CL
      CE CE CE CE CE ES CE CE CE CE CL
      ES ES ES ES ES ES SR CL ES ES CL
      SS SS SS SS SS SS SS CL SS SS CL
      SR SR SR SR SR SR SR SR CL SR CL
      SA SA SA SA SA SA SA CL CL SA CL
      RJ RJ IN RJ RJ RJ RJ RJ RJ RJ CL
      CL CL IN CL CL CL CL CL CL CL CL`),
  },
};
