package io.mooring.runtime.config;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/** Collects what is set where; the first source that sets a key wins. */
final class Sources {
  static final String VARIABLE_PREFIX = "MOORING_";

  /** Names the properties file; the only key that is no {@link Option} of a process. */
  static final String CONFIG = "config";

  /** Variables with our prefix that are not options: of the launchers and of the lab. */
  private static final Set<String> FOREIGN_VARIABLES =
      Set.of(
          "MOORING_HOME",
          "MOORING_JAVA",
          "MOORING_JAVA_OPTIONS",
          "MOORING_FAIL_POINT",
          "MOORING_FAIL_POINT_FILE");

  /** What the kubelet sets for each Service, and ours are called mooring-something. */
  private static final Pattern SERVICE_VARIABLE =
      Pattern.compile(
          ".*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT|PORT_[0-9]+_[A-Z]+(_[A-Z]+)?)");

  /** A value and where it was set, for messages. */
  record Value(String text, String source) {}

  private final Keys keys;
  private final Map<String, Value> values = new LinkedHashMap<>();

  Sources(Keys keys) {
    this.keys = keys;
  }

  Map<String, Value> values() {
    return values;
  }

  void readAll(String[] args, Map<String, String> environment) {
    readArguments(args);
    readEnvironment(environment);
    Value file = values.remove(CONFIG);
    if (file != null) {
      readFile(Path.of(file.text()));
    }
  }

  private void readArguments(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (!arg.startsWith("--") || arg.length() == 2) {
        throw Failure.invalidArgument(
            "unexpected argument '%s' (command line); options are written --key value or --key=value"
                .formatted(arg));
      }
      int equals = arg.indexOf('=');
      String key = arg.substring(2, equals < 0 ? arg.length() : equals);
      if (!CONFIG.equals(key) && keys.find(key).isEmpty()) {
        throw keys.unknown(key, "command line");
      }
      String text;
      if (equals >= 0) {
        text = arg.substring(equals + 1);
      } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
        text = args[++i];
      } else {
        throw Failure.invalidArgument(
            "option %s (command line) lacks a value; write --%s=value".formatted(key, key));
      }
      if (values.put(key, new Value(text, "command line")) != null) {
        throw Failure.invalidArgument(
            "option %s is given twice (command line); give it once".formatted(key));
      }
    }
  }

  private void readEnvironment(Map<String, String> environment) {
    environment.forEach((variable, text) -> {
      if (variable.startsWith(VARIABLE_PREFIX) && !FOREIGN_VARIABLES.contains(variable)) {
        readVariable(variable, text);
      }
    });
  }

  private void readVariable(String variable, String text) {
    Optional<String> key =
        variable.equals(VARIABLE_PREFIX + "CONFIG")
            ? Optional.of(CONFIG)
            : keys.ofVariable(variable).map(Option::key);
    if (key.isPresent()) {
      values.putIfAbsent(key.get(), new Value(text, "environment " + variable));
    } else if (!SERVICE_VARIABLE.matcher(variable).matches()) {
      throw keys.unknownVariable(variable);
    }
  }

  void readFile(Path file) {
    Properties properties = new OnceOnly(file);
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new Failure(
          Kind.INVALID_ARGUMENT,
          "the configuration file %s cannot be read: %s; make it a readable properties file"
              .formatted(file, e),
          e);
    }
    for (String key : properties.stringPropertyNames()) {
      if (keys.find(key).isEmpty()) {
        throw keys.unknown(key, file.toString());
      }
      values.putIfAbsent(key, new Value(properties.getProperty(key).strip(), file.toString()));
    }
  }

  /** Properties that do not let a later line overrule an earlier one in silence. */
  private static final class OnceOnly extends Properties {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    private OnceOnly(Path file) {
      this.file = file;
    }

    @Override
    public synchronized Object put(Object key, Object value) {
      if (containsKey(key)) {
        throw Failure.invalidArgument(
            "option %s is set twice (%s); set it once".formatted(key, file));
      }
      return super.put(key, value);
    }
  }
}
