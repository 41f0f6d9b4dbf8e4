import { describe, expect, test } from 'vitest';
import { runIpvsadmRestore, runIpvsadmSave } from '../../../../director/control/ipvsadm/run.ts';
import { NAMELESS, Session } from './session.ts';

const WEB = '-t 10.99.0.1:80';

describe('-R', () => {
  test('goes on after what the kernel refuses, and ends with the code of the last line', async () => {
    const session = new Session();
    const lines = [`-A ${WEB} -s rr`, `-A ${WEB} -s rr`, `-a ${WEB} -r 10.0.2.11 -m`];
    expect(await session.run('-R', lines.join('\n'))).toEqual({
      rc: 0,
      stdout: '',
      stderr: 'Service already exists\n',
    });
    expect(session.refusedLines).toEqual([2]);
    expect(await session.must('-Sn')).toContain('10.0.2.11:80');
    expect(await session.run('-R', `-D ${WEB}\n-D ${WEB}\n`)).toMatchObject({ rc: 255 });
  });

  test('ends at a line that makes no sense; those before it have been carried out', async () => {
    const session = new Session();
    const lines = [`-A ${WEB} -s rr`, '', `-a ${WEB} -r 10.0.2.11 -m -w x`, `-a ${WEB} -r 10.0.2.12 -m`];
    expect(await session.run('-R', lines.join('\n'))).toEqual({
      rc: 2,
      stdout: '',
      stderr: 'illegal weight specified\n',
    });
    expect(session.refusedLines).toEqual([3]);
    expect(await session.must('-Sn')).toBe(`-A ${WEB} -s rr\n`);
  });

  test('goes on after words that are no options', async () => {
    const session = new Session();
    expect(await session.run('-R', `-A ${WEB} --bogus\n-A ${WEB} -s rr\n`)).toEqual({
      rc: 0,
      stdout: '',
      stderr: '--bogus: unknown option\n',
    });
    expect(session.refusedLines).toEqual([1]);
  });

  test('takes lines with and without the program’s name, with blanks around them and none', async () => {
    const session = new Session();
    const text = `\n  ipvsadm -A ${WEB}   -s\trr\r\n   \n-a ${WEB} -r 10.0.2.11 -m`;
    expect(await session.run('-R', text)).toEqual({ rc: 0, stdout: '', stderr: '' });
    expect(await session.must('-Sn')).toBe(`-A ${WEB} -s rr\n-a ${WEB} -r 10.0.2.11:80 -m -w 1\n`);
  });

  test('a list among the lines shows what the lines before it have made', async () => {
    const session = new Session();
    const { stdout } = await session.run('-R', `-A ${WEB} -s rr\n-S -n\n-D ${WEB}\n-S -n\n`);
    expect(stdout).toBe(`-A ${WEB} -s rr\n`);
  });

  test('does not read rules within rules, and knows no comments', async () => {
    const help = "Try `ipvsadm -h' or 'ipvsadm --help' for more information.\n";
    expect(await new Session().run('-R', '-R\n')).toEqual({ rc: 255, stdout: '', stderr: help });
    expect(await new Session().run('-R', '# rules\n')).toEqual({ rc: 255, stdout: '', stderr: help });
  });

  test('an empty input is no error', async () => {
    expect(await new Session().run('-R', '')).toEqual({ rc: 0, stdout: '', stderr: '' });
  });
});

describe('the scripts', () => {
  async function script(session: Session, argv: readonly string[], stdin?: string) {
    let stdout = '';
    let stderr = '';
    const environment = {
      stdin: async () => stdin ?? '',
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
      resolver: NAMELESS,
      argv0: stdin === undefined ? 'ipvsadm-save' : 'ipvsadm-restore',
      open: async () => session.kernel,
    };
    const rc = await (stdin === undefined
      ? runIpvsadmSave(argv, environment)
      : runIpvsadmRestore(environment));
    return { rc, stdout, stderr };
  }

  test('ipvsadm-restore replaces all rules, and leaves out comments', async () => {
    const session = new Session();
    await session.must('-A -t 10.99.0.2:80 -s rr');
    expect(await script(session, [], `# rules\n-A ${WEB} -s rr\n\n`)).toEqual({
      rc: 0,
      stdout: '',
      stderr: '',
    });
    expect(await script(session, ['-n'])).toEqual({ rc: 0, stdout: `-A ${WEB} -s rr\n`, stderr: '' });
  });

  test('ipvsadm-save says what it takes', async () => {
    expect(await script(new Session(), ['-x'])).toEqual({
      rc: 1,
      stdout: '',
      stderr:
        'ipvsadm-save: Script to save the IPVS table to stdout.\n' +
        '   With the -n option, prints out the table in numeric format.\n',
    });
  });
});
