import assert from "node:assert/strict";
import { complaint, debianMirror, parseDepends, parseUris } from "../../lab/apt-output.ts";

describe("what apt says", () => {
  it("names a package's dependencies, alternatives included, and no virtual package", () => {
    const depends = parseDepends(
      [
        "prometheus",
        "  PreDepends: init-system-helpers",
        "  Depends: libjs-jquery",
        " |Depends: usrmerge",
        "  Depends: <perlapi-5.36.0>",
        "    perl-base",
        "libjs-jquery",
        "<perlapi-5.36.0>",
        "",
      ].join("\n"),
    );
    assert.deepEqual(
      [...depends],
      [
        ["prometheus", ["init-system-helpers", "libjs-jquery", "usrmerge"]],
        ["libjs-jquery", []],
      ],
    );
  });

  it("names, versions and sizes what would be downloaded, epochs decoded", () => {
    const line = (file: string, bytes: number) =>
      `'http://archive.example/pool/${file}' ${file} ${bytes} SHA256:abc`;
    const text = [
      line("prometheus_2.42.0+ds-5+deb12u1_amd64.deb", 19_257_088),
      line("libjs-jquery_1%3a3.6.1_all.deb", 300_000),
      "Reading package lists...",
    ].join("\n");
    assert.deepEqual(parseUris(text), [
      { name: "prometheus", version: "2.42.0+ds-5+deb12u1", bytes: 19_257_088 },
      { name: "libjs-jquery", version: "1:3.6.1", bytes: 300_000 },
    ]);
  });

  it("gives the reason of a failed download, without the address", () => {
    const stderr = [
      "W: Failed to fetch http://archive.example/x/InRelease  Temporary failure resolving 'archive.example'",
      "W: Some index files failed to download. They have been ignored, or old ones used instead.",
      "",
    ].join("\n");
    assert.equal(complaint(stderr), "Temporary failure resolving 'archive.example'");
  });

  it("gives the last complaint when nothing was to be downloaded, and none when there is none", () => {
    const stderr = "W: Skipped.\nE: Unable to locate package prometheus\n";
    assert.equal(complaint(stderr), "Unable to locate package prometheus");
    assert.equal(complaint("Reading package lists...\n"), undefined);
  });

  it("names the archive of Debian itself, neither that of its security updates nor anybody else's", () => {
    const lines = [
      "http://other.example/apt nodistro",
      "http://archive.example/debian-security/ bookworm-security",
      "http://archive.example/debian/ bookworm",
      "http://second.example/debian bookworm",
    ];
    assert.equal(debianMirror(lines.join("\n")), "http://archive.example/debian/");
    assert.equal(debianMirror("http://archive.example/ubuntu noble\n"), undefined);
    assert.equal(debianMirror(""), undefined);
  });
});
