/** What the article on LVS that this project implements says, sentence by sentence, in our words. */
export const ARTICLE: Readonly<Record<string, string>> = {
  tiers: 'LVS has three tiers: a load balancer, a group of real servers, and storage that the servers share.',
  prerouting:
    'A packet that arrives goes through PREROUTING first; if its destination is local, it goes on to INPUT.',
  input: 'IPVS works at INPUT: it compares destination address and port with its rules.',
  'user-space': 'A packet that matches no rule goes on to user space untouched.',
  rewrite: 'A packet that matches is rewritten for the chosen real server and leaves through POSTROUTING.',
  rules: 'The rules are written with a program in user space, ipvsadm.',
  scheduler: 'A scheduling algorithm chooses the real server for each new connection.',
  'nat-request': 'NAT: the request CIP→VIP becomes CIP→RIP.',
  'nat-gateway': 'NAT: the real servers’ gateway must be the director.',
  'nat-reply': 'NAT: the reply RIP→CIP passes the director, which makes it VIP→CIP.',
  'dr-frame': 'DR: only the frame changes: source MAC the director’s, destination MAC the real server’s.',
  'dr-packet': 'DR: the packet still says CIP→VIP.',
  'dr-vip': 'DR: the real servers hold the VIP on their loopback interface.',
  'dr-arp': 'DR: the real servers do not answer ARP for the VIP.',
  'dr-reply': 'DR: the real server answers VIP→CIP, straight to the client.',
  'tun-wrap': 'TUN: the request is wrapped in another IP header, DIP→RIP.',
  'tun-unwrap':
    'TUN: the real server strips that header and finds CIP→VIP, the VIP being one of its own addresses.',
  'tun-reply': 'TUN: the real server answers VIP→CIP, straight to the client.',
  'tun-arp': 'TUN: the real servers do not announce the VIP.',
};
