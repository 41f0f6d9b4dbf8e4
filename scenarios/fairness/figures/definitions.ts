/** What each figure of a fairness result is, in words and as a formula. Results carry this text with them. */
export const DEFINITIONS: Readonly<Record<string, string>> = {
  largestShareDeviation:
    'Share against weight: the largest relative deviation of a server’s share of connections from its weight’s share, ' +
    'max |nᵢ/N − wᵢ/W| · W/wᵢ. 0 is perfect; 0.03 is 3 % too much or too little.',
  jainIndex:
    'Jain’s fairness index of xᵢ = connections served / weight: (Σ xᵢ)² / (n · Σ xᵢ²). 1 is perfectly fair, 1/n means that one ' +
    'server got everything.',
  maxOverAverage:
    'Maglev’s over-provision factor: max xᵢ / mean x with xᵢ = connections served / weight (of a table: slots). 1.2 means that ' +
    'all servers must be 20 % larger for the sake of the fullest.',
  coefficientOfVariation:
    'Standard deviation over mean of xᵢ = connections served / weight, σ(x) / x̄. 0 is perfect.',
  worstPrefixError:
    'Worst prefix error, in connections: the largest deviation from the ideal share over every prefix of the sequence of ' +
    'decisions, max over k and i of |nᵢ(k) − k · pᵢ|. It shows bursts that totals hide. pᵢ is the share that the rule ' +
    'promises, or the weight’s where it promises none.',
  worstLoadImbalance:
    'Worst imbalance of load, in connections for each unit of weight: over time the largest difference between two servers, ' +
    'max (max aᵢ/wᵢ − min aᵢ/wᵢ), aᵢ being open connections.',
  chiSquared:
    'Pearson’s χ² of the connections against the shares that the rule promises: Σ (nᵢ − N pᵢ)² / (N pᵢ), with one degree of ' +
    'freedom less than there are servers.',
  chiSquaredP:
    'Probability of a χ² at least as large where connections are dealt out independently with these shares, Q((n − 1)/2, χ²/2). ' +
    'Below α (one in a million) the result has failed.',
  calibrationZ:
    'How far random choices are off the probabilities that the rule gives each single decision: the largest over the servers of ' +
    '|Σ (hit − pᵢ(k))| / √(Σ pᵢ(k) (1 − pᵢ(k))), in standard deviations. Load that evens out cannot hide anything from it.',
  calibrationP:
    'Probability of a calibrationZ at least as large where every choice has the probability that the rule gives it, bounded ' +
    'by n times that of one server.',
  finalImbalance: 'In the end, connections of the fullest server less those of the emptiest.',
  brokenConnections:
    'Connections that ended, or were answered no more, though their clients still wanted them.',
  unansweredConnections: 'New connections that were refused: there was no server for them, or a dead one.',
  unansweredShare:
    'Refused connections as a share of those made while the server was dead and not yet deleted.',
  connectionsToConverge:
    'New connections after the change until the servers’ open connections for each unit of weight lie within one connection ' +
    'of each other and stay so. Absent where that does not happen while the scenario lasts.',
  forcedMoves: 'Clients that had to be led elsewhere: their server had gone, or the new one took them over.',
  collateralMoves:
    'Clients that were led to another server though theirs stayed and the other one was there before.',
  refusedClients:
    'Clients that have no server after the change: the table leads them to one that takes no connections.',
  strayedNetworks: 'Networks whose clients were sent to more than one server in spite of persistence.',
  networks: 'Networks that clients came from, by the service’s netmask.',
  latencyMeanMs:
    'Mean latency, from when a request was meant to be made until its answer was whole; one that was made late is late.',
  latencyP50Ms: 'Latency that half of the requests do not exceed (nearest rank).',
  latencyP90Ms: 'Latency that 90 % of the requests do not exceed (nearest rank).',
  latencyP99Ms: 'Latency that 99 % of the requests do not exceed (nearest rank).',
  latencyOverRr:
    'Mean latency divided by that of rr under the same requests in the same run. Below 1 is better than rr.',
  serversWithoutSlots: 'Servers that no slot of the table leads to: no client ever reaches them.',
  forcedSlots: 'Share of the table’s slots that had to change when one server went: they were its own.',
  needlessSlots: 'Share of the table’s slots that changed when one server went though they were another’s.',
  meanLoadVariation:
    'Mean over time of the coefficient of variation of active connections / weight, the first tenth of the run left out.',
  refusedConnections: 'Connections that were given no server, or for which the table had no room.',
  virtualSeconds: 'Length of the run on its own clock.',
};
