/**
 * Program: carries out commands of the director and of ipvsadm one after the other, as its argument has them (JSON: lists of words,
 * the first of which is `director`, `ipvsadm`, `ipvsadm-save` or `ipvsadm-restore`), and prints what each said: a process for all.
 */
import { runIpvsadmProgram } from '../../../director/ipvsadm.ts';
import { runDirector } from '../../../director/main.ts';

const print = process.stdout.write.bind(process.stdout);
let said = '';
const keep = (text: string | Uint8Array) => {
  said += String(text);
  return true;
};
process.stdout.write = keep;
process.stderr.write = keep;

const answers: string[] = [];
for (const [program = '', ...words] of JSON.parse(process.argv[2] ?? '[]') as string[][]) {
  said = '';
  const exitCode = await (program === 'director' ? runDirector(words) : runIpvsadmProgram(program, words));
  answers.push(`${exitCode} ${said}`);
}
print(JSON.stringify(answers));
