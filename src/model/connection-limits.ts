/** What one connection may cost, and all of them together. */
export interface ConnectionLimits {
  /** When one more comes, the connection that is least missed goes; 0 is no limit. */
  readonly maxConnections: number;
  readonly handshakeSeconds: number;
  /** From the connection, or the first byte of the next request, to the end of the request's headers. */
  readonly headersSeconds: number;
  readonly headerBytes: number;
  readonly headers: number;
  /** The same to the end of the request. */
  readonly requestSeconds: number;
  /** Between two requests. */
  readonly idleSeconds: number;
  /** Within a request, without a byte in either direction. */
  readonly silenceSeconds: number;
  readonly requestsPerConnection: number;
}

/** The longest a scraper may ask a scrape to take: less than the silence that ends a connection. */
export const longestScrapeSeconds = 120;

export const connectionLimits: ConnectionLimits = {
  maxConnections: 256,
  handshakeSeconds: 10,
  headersSeconds: 10,
  // Browsers send the cookies of everything else on this host too.
  headerBytes: 16 * 1024,
  headers: 100,
  requestSeconds: 15,
  // Prometheus keeps its connection from one scrape to the next, most often 15 to 60 seconds.
  idleSeconds: 130,
  silenceSeconds: longestScrapeSeconds + 30,
  // A certificate, and the authorities it is checked against, are looked at when a connection begins: none may
  // last for ever. At a scrape every 15 seconds this is four hours.
  requestsPerConnection: 1000,
};
