/** How the config file fared when it was last loaded. There is none where no config file was given. */
export interface ConfigState {
  readonly successful: boolean;
  /** Unix seconds of the last load that went well. */
  readonly loadedAt: number;
}

/** What came of loading the config file again, in a sentence for a person. */
export interface ReloadOutcome {
  readonly ok: boolean;
  readonly sentence: string;
}
