/** What `lvs-lab replay --help` says beside the options. */
export const DESCRIPTION = [
  'Holds the director against what the kernel did, or shows what it does with a capture. Both happen in memory: no ' +
    'network and no privileges are needed.',
  'Recordings: puts each recorded case through the director’s core under a virtual clock and compares every ' +
    'decision, count, state, timer and packet with what the kernel did. Shows the first difference of a case, and ' +
    'writes a result and its reports.',
  'A capture (--rules, --in, --out): puts its frames through the director under rules of yours, at the times of the ' +
    'capture, and writes what the director sends.',
].join('\n\n');

export const MORE_HELP = `
Examples:
  lvs-lab replay                             every recording there is
  lvs-lab replay test/golden/packets/nat     those below a folder
  lvs-lab replay --json --out results        JSON, and the reports in a folder of results
  lvs-lab replay --rules rules --in client-side.pcap --out sent.pcap
  lvs-lab replay --rules rules --in both-sides.pcap --out sent.pcap \\
    --port eth0,02:00:00:00:01:01,10.0.1.1/24 \\
    --port eth1,02:00:00:00:02:01,10.0.2.1/24,mtu=1400 \\
    --route 10.0.3.0/24,via,10.0.2.253

The director of a capture:
  Without --port it is whoever the first frame for a service of the rules is
  addressed to, with one more port if replies of NAT servers go to another MAC
  address; the --port options that say the same are printed. The addresses of
  the services are its own. What no --port's subnet and no --route leads to is
  on the first port's link.
  Everybody answers ARP: with the MAC address that the capture shows, or with
  02:00 and the four bytes of the IP address. ARP is not written, nor what the
  director's own stack would answer. Frames that the director's ports had sent
  when the capture was made, and frames for others, are left out.
  A capture that begins within connections needs --sysctl sloppy_tcp=1, which
  lets any segment open one.

Exit codes:
  0  all equal, or the capture was replayed
  1  something differs
  2  a file cannot be read or written, or the command line is wrong
  3  the results cannot be written`;
