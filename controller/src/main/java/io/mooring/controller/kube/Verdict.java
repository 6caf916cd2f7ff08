package io.mooring.controller.kube;

import io.mooring.controller.target.PoolState;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.TargetState;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * Whether a storage target can be used, in the words of its condition Ready.
 *
 * @param reason one word
 * @param message one sentence
 */
record Verdict(boolean ready, String reason, String message) {
  static final String ANSWERS = "Answers";
  static final String POOL_REFUSES = "PoolRefuses";
  static final String BAD_SPEC = "BadSpec";
  static final String SECRET_MISSING = "SecretMissing";
  static final String UNREACHABLE = "Unreachable";
  static final String WRONG_HOST = "WrongHost";
  static final String WRONG_CERTIFICATE = "WrongCertificate";

  static Verdict badSpec(String sentence) {
    return new Verdict(false, BAD_SPEC, sentence);
  }

  /** Of a target whose agent did not answer. */
  static Verdict of(StorageTarget target, Failure failure) {
    String reason;
    if (target.trouble().isPresent()) {
      reason = SECRET_MISSING;
    } else if (failure.kind() == Kind.FAILED_PRECONDITION) {
      reason = WRONG_HOST;
    } else {
      reason = aboutCertificates(failure) ? WRONG_CERTIFICATE : UNREACHABLE;
    }
    return new Verdict(false, reason, failure.sentence());
  }

  private static boolean aboutCertificates(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof SSLException) {
        return true;
      }
    }
    return false;
  }

  /** Of a target whose agent has answered. */
  static Verdict of(StorageTarget target, TargetState state) {
    if (state.portals().stream().noneMatch(target.share()::usesPortal)) {
      return badSpec(
          "spec.portals names %s and the host has %s: no node could log in; correct either"
              .formatted(hostPorts(target.share().portals()), hostPorts(state.portals())));
    }
    List<PoolState> pools = poolsInUse(target, state);
    if (pools.isEmpty()) {
      return state.pools().isEmpty()
          ? new Verdict(false, POOL_REFUSES, "the host has no pool; add one to its agent's file")
          : badSpec(
              "spec.pools names %s and the host has %s; correct either"
                  .formatted(
                      target.share().pools().stream().sorted().toList(),
                      state.pools().stream().map(PoolState::name).toList()));
    }
    List<String> refusals =
        pools.stream()
            .filter(pool -> !pool.refusal().isEmpty())
            .map(pool -> "pool %s takes no volumes: %s".formatted(pool.name(), pool.refusal()))
            .toList();
    return refusals.isEmpty()
        ? new Verdict(true, ANSWERS, "its agent answers and its pools take volumes")
        : new Verdict(refusals.size() < pools.size(), POOL_REFUSES, String.join("; ", refusals));
  }

  static List<PoolState> poolsInUse(StorageTarget target, TargetState state) {
    return state.pools().stream().filter(pool -> target.share().usesPool(pool.name())).toList();
  }

  private static List<String> hostPorts(List<Portal> portals) {
    return portals.stream().map(Portal::hostPort).toList();
  }
}
