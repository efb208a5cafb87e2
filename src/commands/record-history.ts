export { recordLive as recordHistory } from "./record-live.ts";
