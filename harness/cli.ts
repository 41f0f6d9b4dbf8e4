/** Program: `lvs-lab <command>`. */
import { tolerateLostOutput } from '../director/lost-output.ts';
import { EXIT_CODES } from '../reports/result.ts';
import { main } from './main.ts';

tolerateLostOutput('lvs-lab', EXIT_CODES.untrusted);
process.exitCode = await main(process.argv.slice(2));
