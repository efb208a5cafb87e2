/** What the wing knows of recordings: views, answers and time in, lines out. The command looks, asks and writes. */
export { createLiveFigures } from "./1-record/live-figures.ts";
export type { LoadPlan } from "./1-record/completion.ts";
export { startLoad, type Load } from "./1-record/load.ts";
export type { Growth } from "./1-record/growth.ts";
export { createRecorder, type EndReason, type Recorder } from "./1-record/recorder.ts";
export { recordingPath } from "./1-record/recording-path.ts";
export type { Seen } from "./1-record/sample-line.ts";
export { stretches, type Stretch } from "./1-record/history-grid.ts";
export { createHistoryReader } from "./1-record/history-lines.ts";
export type { HistoryAnswer } from "./1-record/history-index.ts";
export { headerQueries, historyQueries, type HistorySubject } from "./1-record/history-queries.ts";
export { prometheusAnswer, type HistorySeries } from "./1-record/prometheus-answer.ts";
