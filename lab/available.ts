/** Something this machine may or may not give the lab. `why` is one sentence for a person. */
export type Available<T> = ({ readonly kind: "ready" } & T) | Unavailable;

/** What cannot be had here is data, never an error: the rest of the work goes on without it. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly why: string;
}

/** Says why something cannot be had. */
export function unavailable(why: string): Unavailable {
  return { kind: "unavailable", why };
}
