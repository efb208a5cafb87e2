/** Who is notified by which means, and when not: the part of a policy that Alertmanager keeps. */
export interface Notify {
  /** What is left out sends nothing. */
  readonly receivers: Readonly<Partial<Record<Audience, Integrations>>>;
  /** When tickets are not notified. Pages and the dead man's switch know no quiet hours. */
  readonly quietHours: readonly QuietHours[];
}

/** Those who are told, by how soon somebody must look. */
export const audiences = ["page", "ticket", "deadMan"] as const;
export type Audience = (typeof audiences)[number];

/** The ways to one receiver. Secrets are named by the file that Alertmanager reads them from, never written. */
export interface Integrations {
  readonly webhook?: {
    /** http or https, without a secret in it. */
    readonly url: string;
    /** Sent as a bearer token. */
    readonly credentialsFile?: string;
  };
  readonly slack?: { readonly apiUrlFile: string; readonly channel?: string };
  readonly pagerDuty?: { readonly routingKeyFile: string };
  readonly email?: {
    readonly to: string;
    readonly from: string;
    /** HOST:PORT of the server that takes mail. */
    readonly smarthost: string;
    readonly username?: string;
    readonly passwordFile?: string;
  };
}

export const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof weekdays)[number];

/** A stretch that begins on each of the days; one that ends before it begins ends on the day after. */
export interface QuietHours {
  readonly days: readonly Weekday[];
  /** HH:MM, and 24:00 for the end of the day. */
  readonly from: string;
  readonly to: string;
  /** A name of the IANA database, such as Europe/Berlin. */
  readonly location: string;
}
