/** Hears of each fault, as a sentence without a full stop. */
export type Complain = (fault: string) => void;
