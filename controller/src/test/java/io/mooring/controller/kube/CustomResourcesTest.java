package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.kube.TargetStatus.Condition;
import io.mooring.controller.kube.TargetStatus.PoolStatus;
import io.mooring.controller.kube.TargetStatus.PortalStatus;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** The schemas that the chart installs say what the controller reads and writes, and no more. */
class CustomResourcesTest {
  private static final Path CRDS = Path.of("..", "charts", "mooring", "files", "crds");
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private static Map<?, ?> crd(String plural) {
    try {
      Object document =
          new Load(LoadSettings.builder().build())
              .loadFromString(Files.readString(CRDS.resolve(plural + ".yaml")));
      return (Map<?, ?>) document;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Object at(Object node, Object... path) {
    Object current = node;
    for (Object step : path) {
      current =
          step instanceof Integer index
              ? ((List<?>) current).get(index)
              : java.util.Objects.requireNonNull(((Map<?, ?>) current).get(step), step::toString);
    }
    return current;
  }

  private static Map<?, ?> schema(String plural, String part) {
    return (Map<?, ?>)
        at(crd(plural), "spec", "versions", 0, "schema", "openAPIV3Schema", "properties", part);
  }

  /** Paths of all fields with their types, from the schema. */
  private static void fields(String path, Map<?, ?> schema, Map<String, String> into) {
    String type = (String) at(schema, "type");
    switch (type) {
      case "object" ->
          ((Map<?, ?>) at(schema, "properties"))
              .forEach((name, inner) -> fields(path + "." + name, (Map<?, ?>) inner, into));
      case "array" -> fields(path + "[]", (Map<?, ?>) at(schema, "items"), into);
      default -> into.put(path, type);
    }
  }

  /** The same from a record. */
  private static void fields(String path, Type type, Map<String, String> into) {
    if (type instanceof ParameterizedType list) {
      fields(path + "[]", list.getActualTypeArguments()[0], into);
    } else if (type instanceof Class<?> c && c.isRecord()) {
      for (RecordComponent component : c.getRecordComponents()) {
        fields(path + "." + component.getName(), component.getGenericType(), into);
      }
    } else {
      into.put(path, json((Class<?>) type));
    }
  }

  private static String json(Class<?> type) {
    if (type == String.class) {
      return "string";
    }
    return type == Boolean.class ? "boolean" : "integer";
  }

  private static void agree(String plural, String part, Class<?> model) {
    Map<String, String> inSchema = new TreeMap<>();
    Map<String, String> inModel = new TreeMap<>();
    fields("", schema(plural, part), inSchema);
    fields("", (Type) model, inModel);
    assertThat(inSchema).isEqualTo(inModel);
  }

  @Test
  void everyFieldOfTheModelIsInTheSchemaAndTheOtherWayRound() {
    agree("storagetargets", "spec", TargetSpec.class);
    agree("storagetargets", "status", TargetStatus.class);
    agree("mooringvolumes", "spec", VolumeSpec.class);
    agree("mooringvolumes", "status", VolumeStatus.class);
    agree("mooringattachments", "spec", AttachmentSpec.class);
    agree("mooringattachments", "status", AttachmentStatus.class);
    agree("mooringorphans", "spec", OrphanSpec.class);
    agree("mooringorphans", "status", OrphanStatus.class);
  }

  @Test
  void namesAreThoseOfTheModel() {
    names("storagetargets", new StorageTargetObject().getKind(), "stgt");
    names("mooringvolumes", new MooringVolumeObject().getKind(), "mvol");
    names("mooringattachments", new MooringAttachmentObject().getKind(), "matt");
    names("mooringorphans", new MooringOrphanObject().getKind(), "morph");
    assertThat(new MooringOrphanObject().getPlural()).isEqualTo("mooringorphans");
    assertThat(new MooringOrphanObject().getApiVersion()).isEqualTo("mooring.io/v1alpha1");
    assertThat(new StorageTargetObject().getPlural()).isEqualTo("storagetargets");
    assertThat(new MooringVolumeObject().getPlural()).isEqualTo("mooringvolumes");
    assertThat(new MooringAttachmentObject().getPlural()).isEqualTo("mooringattachments");
    assertThat(new StorageTargetObject().getApiVersion()).isEqualTo("mooring.io/v1alpha1");
    assertThat(new MooringVolumeObject().getApiVersion()).isEqualTo("mooring.io/v1alpha1");
    assertThat(new MooringAttachmentObject().getApiVersion()).isEqualTo("mooring.io/v1alpha1");
  }

  private static void names(String plural, String kind, String shortName) {
    Map<?, ?> crd = crd(plural);
    assertThat(at(crd, "metadata", "name")).isEqualTo(plural + ".mooring.io");
    assertThat(at(crd, "spec", "group")).isEqualTo("mooring.io");
    assertThat(at(crd, "spec", "scope")).isEqualTo("Cluster");
    assertThat(at(crd, "spec", "names", "kind")).isEqualTo(kind);
    assertThat(at(crd, "spec", "names", "shortNames")).isEqualTo(List.of(shortName));
    assertThat(at(crd, "spec", "versions", 0, "subresources", "status")).isEqualTo(Map.of());
  }

  @Test
  void everyFieldOfTheSchemasIsDescribed() {
    for (String plural :
        List.of("storagetargets", "mooringvolumes", "mooringattachments", "mooringorphans")) {
      for (String part : List.of("spec", "status")) {
        described(plural + " " + part, schema(plural, part));
      }
    }
  }

  private static void described(String path, Map<?, ?> schema) {
    assertThat(schema.containsKey("description")).as(path).isTrue();
    Object properties = schema.get("properties");
    Object items = schema.get("items");
    if (items != null && ((Map<?, ?>) items).get("properties") != null) {
      properties = ((Map<?, ?>) items).get("properties");
    }
    if (properties != null) {
      ((Map<?, ?>) properties)
          .forEach((name, inner) -> described(path + "." + name, (Map<?, ?>) inner));
    }
  }

  @Test
  void theModelSurvivesARoundTrip() {
    TargetSpec spec =
        new TargetSpec(
            "h:9750",
            "n",
            "s",
            List.of("192.0.2.1:3260"),
            List.of("fast"),
            List.of("red"),
            new MaintenanceSpec(List.of("192.0.2.1:3260"), List.of("192.0.2.0/24")));
    TargetStatus status =
        new TargetStatus(
            3L,
            "1.0",
            true,
            "143Gi",
            List.of("192.0.2.1:3260"),
            List.of(new PoolStatus("fast", "thin", "100", "50", 50, 29, "full")),
            List.of(new PortalStatus("192.0.2.1:3260", PortalStatus.SAFE, "2/2", "m")),
            List.of(new Condition("Ready", "True", 3L, "2026-01-01T00:00:00Z", "Answers", "m")));
    AttachmentStatus attachment =
        new AttachmentStatus(
            AttachmentStatus.HEALTHY,
            "1/1",
            1,
            1,
            "w",
            "dm-3",
            List.of(new AttachmentStatus.PathEntry("192.0.2.1:3260", "sdb", 4, "Leaving", "why")),
            new AttachmentStatus.FailoverEntry(
                "2026-01-01T00:00:00Z", 140L, "192.0.2.1:3260", "carrier"),
            "2026-01-01T00:00:00Z",
            7L);
    VolumeStatus volume = new VolumeStatus("a/b", "b", 5L, "c", VolumeStatus.CREATED, null);

    assertThat(JSON.readValue(JSON.writeValueAsString(spec), TargetSpec.class)).isEqualTo(spec);
    assertThat(JSON.readValue(JSON.writeValueAsString(status), TargetStatus.class))
        .isEqualTo(status);
    assertThat(JSON.readValue(JSON.writeValueAsString(attachment), AttachmentStatus.class))
        .isEqualTo(attachment);
    assertThat(JSON.readValue(JSON.writeValueAsString(volume), VolumeStatus.class))
        .isEqualTo(volume);
  }

  @Test
  void aNewerSchemasFieldsAreReadOver() {
    assertThat(
            JSON.readValue("{\"endpoint\":\"h:1\",\"colour\":\"red\"}", TargetSpec.class)
                .endpoint())
        .isEqualTo("h:1");
  }

  @Test
  void theSchemasEndpointIsTheControllersEndpoint() {
    Pattern pattern =
        Pattern.compile(
            (String) at(schema("storagetargets", "spec"), "properties", "endpoint", "pattern"));
    for (String good : List.of("h:1", "h.example.net:9750", "192.0.2.1:9750", "[fd00::1]:9750")) {
      assertThat(pattern.matcher(good).matches()).as(good).isTrue();
      assertThat(io.mooring.controller.target.StorageTarget.isEndpoint(good)).as(good).isTrue();
    }
    for (String bad : List.of("", "h", "h:", ":1", "fd00::1:9750", "http://h:1", "a b:1")) {
      assertThat(pattern.matcher(bad).matches()).as(bad).isFalse();
      assertThat(io.mooring.controller.target.StorageTarget.isEndpoint(bad)).as(bad).isFalse();
    }
  }
}
