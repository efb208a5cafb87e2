/**
 * Every sentence about something a person can mend, in one table: what is wrong, where, and what to do next.
 * Bugs throw ordinary errors; expected variety is data. Facts are filled in at the throw.
 */
const sentences = {
  "unknown-command": (f: Facts) =>
    `There is no command '${f["name"]}'.${f["suggestion"] ? ` Did you mean '${f["suggestion"]}'?` : ""} Run 'mlx-headroom --help' for the list.`,
  "bad-usage": (f: Facts) =>
    `${f["detail"]} Run 'mlx-headroom ${f["command"]} --help' for the flags.`,
  "bad-listen-address": (f: Facts) =>
    `'${f["address"]}' is not an address to listen on. Write HOST:PORT, such as 127.0.0.1:10836, [::1]:10836, or :10836 for every address.`,
  "port-in-use": (f: Facts) =>
    `${f["address"]} is already in use by another program. Stop it, or choose another port with --web.listen-address.`,
  "cannot-listen": (f: Facts) =>
    `Could not listen on ${f["address"]}: ${f["detail"]}. Choose another address with --web.listen-address.`,
  "file-absent": (f: Facts) =>
    `${f["path"]} does not exist. Check the path given with ${f["flag"]}.`,
  "file-forbidden": (f: Facts) =>
    `${f["path"]} may not be read by this user. Give this user read permission, or choose another file with ${f["flag"]}.`,
  "file-failed": (f: Facts) =>
    `${f["path"]} could not be read: ${f["detail"]}. Check the path given with ${f["flag"]}.`,
  "cannot-write": (f: Facts) =>
    `${f["path"]} could not be written: ${f["detail"]}. Nothing was changed; choose another place with ${f["flag"] ?? "--out"}.`,
  "cannot-restore": (f: Facts) =>
    `Writing failed (${f["detail"]}), and ${f["path"]} could not be put back as it was. Its old text is in ${f["old"]}: rename that.`,
  "unsound-rules": (f: Facts) =>
    `With what was given, rules would not work: ${f["faults"]}. Nothing was written; mend the profile or the configuration that these come from.`,
  "no-verifier": (f: Facts) =>
    `${f["names"]} could not be found in the PATH. Install what is missing (packages prometheus and alertmanager), or leave out =require to verify what can be.`,
  "bad-yaml": (f: Facts) =>
    `${f["path"]}:${f["line"]}: this is not valid YAML: ${f["detail"]}. Mend that line and run again.`,
  "bad-document": (f: Facts) =>
    `${f["path"]}:${f["line"]}: ${f["detail"]}. Mend that line and run again.`,
  "bad-certificate": (f: Facts) =>
    `The certificate and key that ${f["path"]} names cannot be used: ${f["detail"]}. Give a certificate and its own key, both in PEM and the key not encrypted.`,
  "bad-authorities": (f: Facts) =>
    `The authorities for client certificates that ${f["path"]} names cannot be used: ${f["detail"]}. Give certificates in PEM with client_ca_file.`,
  "duplicate-workload": (f: Facts) =>
    `${f["path"]} and ${f["other"]} both hold a profile of the workload '${f["workload"]}'. Keep one of them, or tell them apart by the labels of their hosts, as docs/policy.md says of joinLabels.`,
  "slug-collision": (f: Facts) =>
    `The workloads '${f["workload"]}' and '${f["other"]}' would share the file name '${f["slug"]}'. Rename one of them.`,
  "unknown-workload": (f: Facts) =>
    `The policy of ${f["path"]} names the workload '${f["workload"]}', which has no profile and is not among its workloads.${f["suggestion"] ? ` Did you mean '${f["suggestion"]}'?` : ""} Mend the name, or name the workload there.`,
  "not-of-a-workload": (f: Facts) =>
    `The policy decides ${f["alert"]} for the workload '${f["workload"]}', but that alert is about ${f["about"]}. Decide it for all, under 'policy.alerts'.`,
  "unknown-gap": (f: Facts) =>
    `The annotation '${f["annotation"]}' of ${f["alert"]} cannot be filled in: ${f["detail"]}. Its gaps are ${f["gaps"]}.`,
  "profile-labels": (f: Facts) =>
    `The profile of '${f["workload"]}' has the labels ${f["found"]}, and the policy joins by ${f["wanted"]}. Give it all of those, or none; 'joinLabels' of the policy names them.`,
  "too-many-constants": (f: Facts) =>
    `The workload '${f["workload"]}' would take ${f["count"]} constants, and 10 are the most: each is evaluated all the time. Decide fewer thresholds for it, or record it again for a better grade.`,
  "bad-webhook-url": (f: Facts) =>
    `'${f["url"]}' is not an address Alertmanager can post to. Give --webhook-url an http or https URL, such as http://127.0.0.1:9000/alerts.`,
  "secret-webhook-url": () =>
    `The address given with --webhook-url holds a secret, and would be written into alertmanager.yml as it is. Take it out, and name the file that holds it in the policy: notify.receivers, webhook.credentialsFile.`,
  "no-procfs": (f: Facts) =>
    `${f["path"]} holds no processes, so nothing can be discovered. Mount procfs there, or name another with --path.procfs.`,
  "no-ps": () =>
    `/bin/ps listed no processes, so nothing can be discovered. Run '/bin/ps -axww' to see what it says.`,
  "engine-silent": (f: Facts) =>
    `The container engine at ${f["socket"]} does not answer (${f["detail"]}): its containers have no names here, and workloads perhaps others. ${f["detail"] === "EACCES" ? "Give this user the group of the socket" : "Check --containers.socket, and whether it runs"}.`,
  "no-engine": (f: Facts) =>
    `No container engine listens at ${f["sockets"]}: containers have no names here, and workloads perhaps others. Name its socket with --containers.socket.`,
  "cluster-silent": (f: Facts) =>
    `${f["server"]} at ${f["url"]} ${f["detail"]}: pods have no names here, and workloads perhaps others. ${f["next"]}.`,
  "no-such-process": (f: Facts) =>
    `There is no process ${f["pid"]}. List what was found with 'mlx-headroom ps'.`,
  "no-such-workload": (f: Facts) =>
    `No process of the workload '${f["workload"]}' runs here. ${f["found"] === "" ? "No MLX process runs here at all" : `What runs is ${f["found"]}`}: start it, record another, or give the command that starts it after --.`,
  "not-mlx": (f: Facts) =>
    `Nothing that '${f["command"]}' started is known to be MLX. Name its program in a config, as docs/config.md says of 'program', and give that with --config.file; or see 'mlx-headroom ps --explain'.`,
  "cannot-start": (f: Facts) =>
    `'${f["command"]}' could not be started: ${f["detail"]}. Check the command after --, or its path.`,
  "command-unseen": (f: Facts) =>
    `'${f["command"]}' ended with ${f["how"]} before anything that it started was known to be MLX. Run it by itself to see what it says; nothing was recorded.`,
  "command-failed": (f: Facts) =>
    `'${f["command"]}' ended with ${f["how"]} after ${f["seconds"]} s. What was recorded until then is in ${f["path"]}.`,
  "workload-gone": (f: Facts) =>
    `The workload '${f["workload"]}' ended after ${f["seconds"]} s, before the recording did. What was recorded until then is in ${f["path"]}.`,
  "load-failed": (f: Facts) =>
    `No request to ${f["url"]} was answered with a completion: ${f["detail"]}. Check --url and the server's own log. What was recorded is in ${f["path"]}.`,
  "cannot-create": (f: Facts) =>
    `${f["path"]} could not be made: ${f["detail"]}. Choose another folder with --out.`,
  "cannot-append": (f: Facts) =>
    `${f["path"]} could not be written any further: ${f["detail"]}. What it holds is whole and can be used; make room, or choose another folder with --out.`,
  "no-interpreter": (f: Facts) =>
    `The Python of the workload '${f["workload"]}' belongs to another user and is not run as this one. Name an interpreter that has MLX with --python.`,
  "prometheus-failed": (f: Facts) =>
    `${f["url"]} could not be asked: ${f["detail"]}. ${f["path"] === "" ? "Nothing was recorded" : `What was recorded until then is in ${f["path"]}`}; check the address, --prometheus.bearer-token-file and --prometheus.header.`,
  "no-history": (f: Facts) =>
    `${f["url"]} knows no process of the workload '${f["workload"]}' in that time. Check the name, --range, and that the exporter runs without --no-process-metrics.`,
  "several-instances": (f: Facts) =>
    `The workload '${f["workload"]}' runs on several hosts: ${f["instances"]}. Choose one with --prometheus.instance.`,
  "bad-recording": (f: Facts) =>
    `${f["path"]}:${f["line"]}: ${f["detail"]}. The recording is left out; remove that line, or the file.`,
  "recording-version": (f: Facts) =>
    `${f["path"]}:1: this is a recording of version ${f["version"]}, and version ${f["known"]} is what can be read. The recording is left out; record again, or use the mlx-headroom that made it.`,
  "no-recordings": (f: Facts) =>
    `${f["path"]} holds no recording of '${f["workload"]}' that can be used${f["others"] ? `; it holds some of ${f["others"]}` : ""}. Make one with 'mlx-headroom record ${f["workload"]} --scenario average', or name another folder with --recordings.`,
  "other-profile": (f: Facts) =>
    `${f["path"]} holds the profile of '${f["other"]}', which '${f["workload"]}' would take the place of. Choose another folder with --out, or rename one of them.`,
  "unsupported-platform": (f: Facts) =>
    `The exporter does not run on ${f["platform"]}: it knows Linux and macOS. 'mlx-headroom compile' works everywhere.`,
} as const;

export type UserErrorCode = keyof typeof sentences;
type Facts = Readonly<Record<string, string>>;

/** An error meant for a person: printed as one sentence, without a stack trace. */
export class UserError extends Error {
  static readonly codes = Object.keys(sentences) as readonly UserErrorCode[];
  readonly code: UserErrorCode;
  /** 2 unless said otherwise: wrong usage, or it could not do its work. */
  readonly exitCode = 2;

  constructor(code: UserErrorCode, facts: Facts = {}, options?: ErrorOptions) {
    super(sentences[code](facts), options);
    this.name = "UserError";
    this.code = code;
  }
}
