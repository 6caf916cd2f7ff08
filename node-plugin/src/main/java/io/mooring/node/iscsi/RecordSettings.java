package io.mooring.node.iscsi;

import io.mooring.runtime.path.DeadPathTimes;
import java.util.LinkedHashMap;
import java.util.Map;

/** What our node records say; each value's reason is in docs/node.md. */
final class RecordSettings {
  private RecordSettings() {}

  /** Names and values in open-iscsi's spelling, in a fixed order. */
  static Map<String, String> all() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("node.startup", "manual");
    settings.put("node.leading_login", "No");
    settings.put("node.session.scan", "manual");
    settings.put("node.session.nr_sessions", "1");
    settings.put("node.session.initial_login_retry_max", "1");
    settings.put("node.session.reopen_max", "0");
    settings.put("node.session.cmds_max", "256");
    settings.put("node.session.queue_depth", "64");
    settings.put("node.session.timeo.replacement_timeout", seconds(DeadPathTimes.NODE_HOLDS));
    settings.put("node.session.err_timeo.abort_timeout", "10");
    settings.put("node.session.err_timeo.lu_reset_timeout", "15");
    settings.put("node.session.err_timeo.tgt_reset_timeout", "15");
    settings.put("node.session.err_timeo.host_reset_timeout", "30");
    settings.put("node.session.iscsi.FastAbort", "Yes");
    settings.put("node.conn[0].timeo.login_timeout", "5");
    settings.put("node.conn[0].timeo.logout_timeout", "5");
    settings.put("node.conn[0].timeo.noop_out_interval", seconds(DeadPathTimes.NODE_ASKS));
    settings.put("node.conn[0].timeo.noop_out_timeout", seconds(DeadPathTimes.NODE_WAITS));
    return settings;
  }

  private static String seconds(int seconds) {
    return Integer.toString(seconds);
  }
}
