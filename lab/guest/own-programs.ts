/**
 * Programs on a guest itself, as a client or a server there: what they send, byte by byte, and what its kernel delivers to them.
 * They are one program of perl's, which has sockets without a further package.
 */

export const OWN_PROGRAM = 'own-program.pl';

const FOLDER = '/run/own';
const TABLE = 'ip lvs-lab-own';
const UDP = 17;
const IP_HEADER_BYTES = 20;

/**
 * With `hear` it writes each packet that comes to it as a line, in hexadecimal after the time; with `send` it sends those of its
 * input. UDP ports that it sends from stay its own: the kernel complains of none. Numbers are those of Linux: a raw socket is of
 * type 3, protocol 255 takes whole packets, and 0x8906 asks when the last one came.
 */
export const OWN_PROGRAM_TEXT = `
my ($verb) = @ARGV;
sub opened { my ($type, $protocol) = @_; socket(my $one, 2, $type, $protocol) or die "socket: $!"; return $one; }
sub place { return pack('S n a4 x8', 2, $_[1], $_[0]); }
if ($verb eq 'hear') {
  my @sockets = map { opened(3, $_) } (1, 6, 17);
  my $time = pack('x16');
  # The first question is answered by none, but has packets carry their time.
  ioctl($_, 0x8906, $time) for @sockets;
  open(my $heard, '>', '${FOLDER}/heard') or die;
  syswrite($heard, "ready\\n");
  while (1) {
    my $ready = '';
    vec($ready, fileno($_), 1) = 1 for @sockets;
    select($ready, undef, undef, undef) > 0 or next;
    for my $one (grep { vec($ready, fileno($_), 1) } @sockets) {
      defined(recv($one, my $packet, 65535, 0)) or next;
      ioctl($one, 0x8906, $time) or die "time: $!";
      syswrite($heard, sprintf("%d.%06d %s\\n", unpack('q q', $time), unpack('H*', $packet)));
    }
  }
}
my $raw = opened(3, 255);
my @kept;
while (my $line = <STDIN>) {
  chomp $line;
  my $packet = pack('H*', $line);
  if (ord(substr($packet, 9, 1)) == ${UDP}) {
    my $own = opened(2, 0);
    push @kept, $own if bind($own, place(substr($packet, 12, 4), unpack('n', substr($packet, ${IP_HEADER_BYTES}, 2))));
  }
  # One that is dropped on its way (1) was sent.
  defined(send($raw, $packet, 0, place(substr($packet, 16, 4), 0))) or $! == 1 or die "send: $!";
}
if (@kept and !fork) { sleep; }
`;

/** What runs a shell's script and resolves with what it prints; rejects with a LabError if it fails. */
interface Shell {
  done(script: string): Promise<string>;
}

export class OwnPrograms {
  readonly #guest: Shell;

  private constructor(guest: Shell) {
    this.#guest = guest;
  }

  /** From now on what is delivered is heard. @throws LabError where that fails. */
  static async begin(guest: Shell): Promise<OwnPrograms> {
    const noAnswers = `add table ${TABLE}
add chain ${TABLE} output { type filter hook output priority raw; }
add rule ${TABLE} output tcp flags & rst == rst drop`;
    // A client's kernel knows its connections and resets none.
    await guest.done(`nft -f - <<'RULES'\n${noAnswers}\nRULES`);
    await guest.done(
      `rm -rf ${FOLDER} && mkdir ${FOLDER} && { perl /${OWN_PROGRAM} hear >/dev/null 2>${FOLDER}/error & }
until [ -s ${FOLDER}/heard ] || [ -s ${FOLDER}/error ]; do sleep 0.01; done; cat ${FOLDER}/error >&2; [ -s ${FOLDER}/heard ]`,
    );
    return new OwnPrograms(guest);
  }

  /** Sends whole packets, one after the other. @throws LabError where the kernel refuses one. */
  async send(packets: readonly Uint8Array[]): Promise<void> {
    const lines = packets.map((packet) => Buffer.from(packet).toString('hex'));
    await this.#guest.done(`perl /${OWN_PROGRAM} send <<'PACKETS' >/dev/null\n${lines.join('\n')}\nPACKETS`);
  }

  /** All packets that have been delivered so far, in the order in which they came. */
  async received(): Promise<Uint8Array[]> {
    const lines = (await this.#guest.done(`cat ${FOLDER}/heard`)).trim().split('\n').slice(1);
    return lines
      .map((line) => line.split(' ') as [string, string])
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([, hex]) => Uint8Array.from(Buffer.from(hex, 'hex')));
  }

  /** They end: nobody is to keep their namespace. */
  async end(): Promise<void> {
    await this.#guest.done(`for name in /proc/[0-9]*/cmdline; do
  if grep -q ${OWN_PROGRAM} $name 2>/dev/null; then pid=\${name#/proc/}; kill \${pid%/cmdline} 2>/dev/null; fi
done; true`);
  }
}
