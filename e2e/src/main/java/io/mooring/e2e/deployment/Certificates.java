package io.mooring.e2e.deployment;

import io.mooring.runtime.rpc.TestCertificates;
import io.mooring.runtime.rpc.TlsFiles;
import java.nio.file.Path;

/**
 * Certificates of one installation.
 *
 * @param agent of the storage host
 * @param controller of the controller that the agent trusts
 * @param stranger of a controller with the right name and a certificate of another authority
 */
record Certificates(TlsFiles agent, TlsFiles controller, TlsFiles stranger) {
  static final String CONTROLLER_NAME = "mooring-controller";

  static Certificates make(Path folder) {
    TestCertificates authority = TestCertificates.authority("mooring lab");
    return new Certificates(
        authority.issue(folder.resolve("tls-agent"), AgentHost.TARGET),
        authority.issue(folder.resolve("tls-controller"), CONTROLLER_NAME),
        TestCertificates.authority("somebody else")
            .issue(folder.resolve("tls-stranger"), CONTROLLER_NAME));
  }
}
