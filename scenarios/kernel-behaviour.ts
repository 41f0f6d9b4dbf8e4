/**
 * How IPVS behaves in Linux 6.1, section by section: what cases cite as `kernel: NAT, §5.2`. Checked against the kernel's
 * source and against recordings of it (`test/golden`). `docs/sources.md` is made of this.
 */
export const KERNEL: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  '§1.1': {
    title: 'Hooks of netfilter',
    text: 'Requests are taken at LOCAL_IN, so the VIP has to be a local address of the director, and INPUT rules see them first. NAT replies are taken at FORWARD, so they are forwarded like any packet of a router before IPVS rewrites them.',
  },
  '§1.2': {
    title: 'Requests: order of decisions',
    text: 'Only frames addressed to this host are balanced, never broadcast or multicast. An ICMP message that is no error, such as an echo request, is answered by the director itself. A packet of a known connection goes to the server of that connection; only where there is none is the scheduler asked. Input is counted, and the state of the connection changes, before the packet is sent on.',
  },
  '§1.3': {
    title: 'Requests: new connections',
    text: 'TCP connections are created by segments with SYN and without RST, SCTP ones by INIT. AH and ESP never create one. Services are looked up by firewall mark, then by exact address and port, then by port 0. What belongs to no service goes to the local stack, which answers TCP with a reset and UDP with port unreachable. A service without a usable server answers with ICMP port unreachable, to TCP too. Packets from source port 20 are not scheduled, and headers that cannot be read whole are dropped. ICMP errors that the director sends are limited in rate and quote as much as fits in 576 bytes.',
  },
  '§1.4': {
    title: 'Replies: order of decisions',
    text: 'A packet from a real server that belongs to no connection is forwarded unchanged, so the client sees the server’s own address. With nat_icmp_send the director drops it instead and sends the server port unreachable; TCP resets are exempt.',
  },
  '§1.5': {
    title: 'Fragments',
    text: 'The director balances whole datagrams: fragments of requests are reassembled by the IP layer, those of replies by IPVS, and what leaves is cut again where the link requires it. Fragments that are never completed time out.',
  },
  '§2': {
    title: 'Schedulers',
    text: 'A scheduler is asked once for each new connection. It looks at the list of servers, their weights and connections, and for some schedulers at addresses of the packet; all packets that follow go by the connection table.',
  },
  '§2.1': {
    title: 'What all schedulers have in common',
    text: 'The server that was added last comes first in the list. Weight 0 takes a server out for new connections and leaves existing ones alone. A server whose connections reach its upper threshold is overloaded, and gets no new ones until they have fallen below the lower threshold, or below three quarters of the upper one where none is set. lc, wlc, lblc, lblcr and twos compare connections, of which an active one counts 256 times as much as an inactive one (257 times in newer kernels).',
  },
  '§2.2': {
    title: 'rr',
    text: 'Goes round the list, one server after the other, and skips those of weight 0 and overloaded ones. Weights above 0 make no difference.',
  },
  '§2.3': {
    title: 'wrr',
    text: 'Goes round the list with a threshold that falls from the highest weight by the greatest common divisor of all weights, and chooses servers whose weight reaches it. After servers were added one by one the first round visits each of them once.',
  },
  '§2.4': {
    title: 'lc',
    text: 'Chooses the server with the fewest connections, the first in the list among equals. Weights above 0 make no difference.',
  },
  '§2.5': {
    title: 'wlc',
    text: 'As lc, with connections divided by the weight. This is the default of ipvsadm.',
  },
  '§2.6': {
    title: 'sed',
    text: 'Chooses the server where the active connections plus the new one, divided by the weight, are fewest. Inactive connections do not count.',
  },
  '§2.7': {
    title: 'nq',
    text: 'Takes the first server without an active connection; where all have some, it chooses as sed does.',
  },
  '§2.8': {
    title: 'fo',
    text: 'Chooses the usable server of the highest weight, for all connections.',
  },
  '§2.9': {
    title: 'ovf',
    text: 'Chooses the server of the highest weight among those whose active connections do not exceed their weight. If all exceed it, there is no server.',
  },
  '§2.10': {
    title: 'twos',
    text: 'Draws two servers at random, with probabilities by weight, and takes the one with fewer connections for its weight. Both draws may hit the same server.',
  },
  '§2.12': {
    title: 'dh',
    text: 'A table of 256 buckets, filled with the servers in turn, is indexed by a hash of the destination address. Weights are not looked at when it is filled, and if the server of a bucket cannot be used the connection is refused.',
  },
  '§2.13': {
    title: 'sh',
    text: 'A table of 256 buckets, filled with each server as many times in a row as its weight, is indexed by a hash of the client’s address, with sh-port of its port too. If that server cannot be used the connection is refused; with sh-fallback other buckets are tried.',
  },
  '§2.14': {
    title: 'mh (Maglev)',
    text: 'A table of 4093 slots, which servers fill by permutations of their own and in proportion to their weights, is indexed by SipHash of the client’s address, with mh-port of its port too. When a server goes, most clients of the others stay where they are. With mh-fallback other slots are tried where a server cannot be used.',
  },
  '§2.15': {
    title: 'lblc',
    text: 'Remembers which server each destination address went to and stays with it, unless that server is overloaded while another one is less than half loaded; then, and for new destinations, it chooses as wlc does. Entries that are not used expire.',
  },
  '§2.16': {
    title: 'lblcr',
    text: 'As lblc, with a set of servers for each destination: the least loaded of the set is chosen, a server joins when all of them are overloaded, and the most loaded one leaves when the set has not changed for a day.',
  },
  '§3.1': {
    title: 'The connection table',
    text: 'An entry is known by protocol, client address and port, and virtual address and port. It keeps server, forwarding method, state and timer; a later change of the server’s method does not alter existing entries.',
  },
  '§3.2': {
    title: 'Look-up of connections',
    text: 'A request is looked up by client and virtual address, a reply by client and by the address it comes from: the server’s in NAT, the virtual one otherwise. A quoted packet in an ICMP error is looked up with its two ends exchanged.',
  },
  '§3.3': {
    title: 'One-packet scheduling',
    text: 'For UDP services with “ops” every datagram is scheduled for itself and counted as a connection, and nothing is remembered. A NAT reply is therefore not recognised and keeps the server’s address.',
  },
  '§3.4': {
    title: 'Expiry of connections',
    text: 'Every packet of a connection, in either direction, restarts its timer. When it runs out the entry goes, unless other entries depend on it: then it stays for another 60 seconds at a time. Timers are never early and may be late by a granule of the kernel’s timer wheel.',
  },
  '§3.5': {
    title: 'Persistence',
    text: 'The first connection of a client, or of its network by the mask, leaves a template, and later connections go to the same server for as long as the template lives. New connections restart its timer; it does not expire while connections made from it are there. Weight 0 and overload do not end persistence unless expire_quiescent_template is set. Services with port 0 bind all ports of a client together, those with a firewall mark all marked traffic.',
  },
  '§3.6': {
    title: 'Deleted servers',
    text: 'Connections of a deleted server stay, and their requests are dropped silently; replies still pass. Adding the server again makes them work again. With expire_nodest_conn they are removed and their clients rescheduled.',
  },
  '§3.7': {
    title: 'Reuse of a client port',
    text: 'A SYN for a connection that is closed or in TIME_WAIT makes the director forget it and schedule anew, as conn_reuse_mode allows. Connections of persistent services stay with their server.',
  },
  '§4.2': {
    title: 'TCP states',
    text: 'The director follows TCP by flags alone and has a timeout for each state: 15 minutes when established, one minute after SYN, two minutes after FIN, 10 seconds after a reset. In NAT both directions are seen; in DR and TUN the client’s packets alone, so a FIN of the client leads to FIN_WAIT at once. secure_tcp uses a second, stricter table.',
  },
  '§4.4': {
    title: 'SCTP states',
    text: 'The first chunk of a packet decides, for an ABORT behind a cookie the second one. An association counts as active only while it is established.',
  },
  '§4.5': {
    title: 'UDP, and active and inactive connections',
    text: 'UDP has a single state with a timeout of five minutes, and always counts as inactive. TCP connections are active from the first SYN, and become inactive with the first FIN or a reset.',
  },
  '§5.1': {
    title: 'What all forwarding methods have in common',
    text: 'The director is a router: TTL is reduced by one, and at 1 the client gets time exceeded from the VIP. A packet with DF that is too large is answered with fragmentation needed; without DF it is cut. TOS, identification, DF, IP options, payload and sequence numbers stay as they are. TCP and UDP checksums are adjusted where addresses change, not verified, and the application notices nothing. Without a route to the server the client gets host unreachable; a packet whose next hop does not answer ARP waits, and fails after three questions. For a tunnel the outer header has the director’s address, the inner TTL and DSCP, the inner ECN with CE turned into ECT(0), and an identification of its own where it may be cut.',
  },
  '§5.2': {
    title: 'NAT',
    text: 'A request gets the server’s address and port as its destination; a reply gets the virtual address and port as its source. IP, TCP and UDP checksums are changed by the difference, so a wrong one stays wrong; a UDP checksum of 0 is replaced by a real one, and the CRC of SCTP is computed anew where the port changes. Replies are forwarded like any packet, with TTL reduced, MTU obeyed and ip_forward needed. Header fields and options other than these are kept, and padding of a short frame is not part of the packet.',
  },
  '§5.3': {
    title: 'DR',
    text: 'The packet keeps its addresses and ports; only TTL and IP checksum change. The frame goes to the MAC address of the real server, or of the router that leads to it.',
  },
  '§5.4': {
    title: 'TUN',
    text: 'The packet is wrapped in another IP header (ipip), in GRE, or in UDP with GUE; 20, 24 or 32 bytes, and 4 more for a GRE checksum, are subtracted from the MTU of the link. A packet with DF that is too large for what is left is answered with fragmentation needed; with pmtu_disc=0 the outer packet is cut instead. If fewer than 68 bytes are left the packet is dropped. The source port of GUE is a hash of the inner flow.',
  },
  '§5.6': {
    title: 'A server on the director itself',
    text: 'If the server’s address is local, NAT rewrites the packet and delivers it locally; DR and TUN deliver it unchanged. TTL and MTU play no part.',
  },
  '§5.7': {
    title: 'Replies of DR and TUN at the director',
    text: 'A reply with the VIP as its source that reaches the director from outside is dropped: the director holds that address itself, so the source cannot be right.',
  },
  '§5.8': {
    title: 'ICMP errors',
    text: 'Errors of types 3, 4 and 11 follow the connection of the packet they quote. In NAT, addresses and ports are translated in the outer and in the quoted header; in DR and TUN the message is forwarded as a request would be. Checksums of ICMP are verified in NAT. Errors about the director’s own tunnel packets are turned into errors about the packet inside and sent to the client from the VIP. Errors of unknown connections go to the local stack, or are scheduled with schedule_icmp.',
  },
  '§6': {
    title: 'Settings',
    text: 'Settings of IPVS are sysctls below net.ipv4.vs. With run_estimation=0 rates and displayed counters stop changing.',
  },
  '§7.1': {
    title: 'ipvsadm: grammar and defaults',
    text: 'The command comes first, its options in any order after it. Defaults are scheduler wlc, weight 1, forwarding by DR, an ipip tunnel, and 360 seconds for persistence. Editing a service or server resets every option that is not given. For DR and TUN the server’s port is always that of the service. -Z sets counters to zero.',
  },
  '§7.2': {
    title: 'ipvsadm: errors',
    text: 'Refusals of ipvsadm itself end with exit code 2, those of the kernel and unknown options with 255, failed lists with 1. What is refused changes nothing.',
  },
  '§7.3': {
    title: 'ipvsadm: lists and saved rules',
    text: 'Lists are sorted by address unless --nosort is given, and show servers with forwarding method, weight, active and inactive connections. Saved rules are commands that restore them; thresholds are not saved.',
  },
  '§8': {
    title: 'Statistics',
    text: 'Connections, packets and bytes are counted for each server, for its service and in total. Bytes are those of the IP packet, without link layer and without the outer header of a tunnel. Packets in are counted before they are sent; packets out only where replies pass the director. Counters and rates that are shown are taken every two seconds, and a rate moves by a quarter of the difference each time.',
  },
  '§9.1': {
    title: 'What NAT needs of the network',
    text: 'The director forwards (ip_forward=1), and is the way back from the real servers to the clients. Otherwise answers reach the client from an address it never asked, or not at all. A closed port on the server is answered by the server, and the answer is translated like any reply.',
  },
  '§9.2': {
    title: 'What DR needs of the network',
    text: 'Director and real servers share a link, and each server holds the VIP without answering ARP for it (arp_ignore=1) and without announcing it in questions of its own (arp_announce=2). Otherwise routers learn a server’s MAC address for the VIP, and traffic passes the director by. Servers answer clients by a route that does not lead through the director.',
  },
  '§9.3': {
    title: 'What TUN needs of the network',
    text: 'Each real server unwraps the tunnel, holds the VIP without announcing it, and does not check the reverse path on the tunnel’s interface. A server without a tunnel answers with protocol unreachable, of which the director tells the client.',
  },
  '§10.1': {
    title: 'Synchronisation of connections',
    text: 'A master sends the connections that it knows to a multicast group, and a backup enters those that it hears of. One of each can run at a time. Messages are as long as fits into 1,500 bytes with the headers of IP and UDP unless another length is given; a backup takes in at least 1,024 bytes, and as much as fits its interface where none is given. A server of another family than its service’s cannot be told of: there is none while a daemon runs, and no daemon while there is one.',
  },
  '§10.2': {
    title: 'Defence against floods',
    text: 'drop_entry removes half-open and idle connections at random every second, drop_packet drops every n-th packet that would create a connection, secure_tcp uses stricter TCP states: always, or when memory is short.',
  },
  '§14': {
    title: 'Seen on the wire',
    text: 'Recorded from Linux 6.1: at TTL 1 the connection is created all the same. Fragments are cut again at the size of the largest piece that came in, and pieces with DF keep it or are answered if the whole exceeds the link. The first fragmentation needed from within a tunnel’s path reaches the client with the old MTU, later ones with the new; quotes without the inner ports are ignored. ICMP redirect and parameter problem pass NAT unchanged. An ICMP error to the VIP with a wrong checksum is dropped in NAT, and forwarded in DR and TUN. Requests with a source route are dropped, as accept_source_route is off by default. With ip_forward=0 requests work in every mode, and NAT replies do not.',
  },
  '§14.1': {
    title: 'Seen on the wire: flags that create connections',
    text: 'SYN with ACK or FIN creates a connection as SYN alone does; RST prevents it. With sloppy_tcp everything but RST creates one.',
  },
  '§14.7': {
    title: 'Seen on the wire: invalidated templates',
    text: 'A persistence template that became invalid stays in the list under port 65535 until it expires.',
  },
};
