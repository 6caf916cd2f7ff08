package io.mooring.csi;

import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto.EnumReservedRange;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Everything in a schema that a peer can notice, as sorted lines, one fact each: messages, fields
 * with number, type, label, oneof and JSON name, enum values, reserved ranges, services and
 * methods, extensions, and every option set on any of them. Left out is what stays on our side:
 * options of the file, comments, order of declaration, and the names of map entry messages.
 *
 * <p>Names are relative to the file's package.
 */
final class SchemaShape {
  private final String packagePrefix;
  private final Map<String, String> shownNames;
  private final List<String> lines = new ArrayList<>();

  private SchemaShape(FileDescriptor file, Map<String, String> shownNames) {
    this.packagePrefix = file.getPackage() + ".";
    this.shownNames = Map.copyOf(shownNames);
  }

  /**
   * The lines of {@code file}.
   *
   * @param shownNames full field name to the simple name under which the field is to be listed
   */
  static List<String> of(FileDescriptor file, Map<String, String> shownNames) {
    SchemaShape shape = new SchemaShape(file, shownNames);
    shape.lines.add("package " + file.getPackage());
    file.getMessageTypes().forEach(shape::message);
    file.getEnumTypes().forEach(shape::enumeration);
    file.getServices().forEach(shape::service);
    file.getExtensions().forEach(shape::extension);
    return shape.lines.stream().sorted().toList();
  }

  private void message(Descriptor message) {
    if (message.getOptions().getMapEntry()) {
      return;
    }
    String name = relative(message.getFullName());
    lines.add("message " + name + options(message.getOptions()));
    for (ReservedRange range : message.toProto().getReservedRangeList()) {
      lines.add("reserved %s %d..%d".formatted(name, range.getStart(), range.getEnd() - 1));
    }
    message.toProto().getReservedNameList().forEach(r -> lines.add("reserved " + name + " " + r));
    message.getFields().forEach(field -> field(name, field));
    message.getNestedTypes().forEach(this::message);
    message.getEnumTypes().forEach(this::enumeration);
    message.getExtensions().forEach(this::extension);
  }

  private void field(String owner, FieldDescriptor field) {
    String name = shownNames.getOrDefault(field.getFullName(), field.getName());
    String oneof =
        field.getContainingOneof() == null ? "" : " oneof " + field.getContainingOneof().getName();
    lines.add("field " + owner + "." + name + facts(field, name) + oneof);
  }

  private void extension(FieldDescriptor extension) {
    String extended = extension.getContainingType().getFullName();
    lines.add(
        "extend " + extended + " " + extension.getName() + facts(extension, extension.getName()));
  }

  private String facts(FieldDescriptor field, String shownName) {
    StringBuilder facts = new StringBuilder(" = " + field.getNumber() + " " + labelAndType(field));
    if (!field.getJsonName().equals(defaultJsonName(shownName))) {
      facts.append(" json ").append(field.getJsonName());
    }
    if (field.toProto().hasDefaultValue()) {
      facts.append(" default ").append(field.toProto().getDefaultValue());
    }
    return facts.append(options(field.getOptions())).toString();
  }

  private String labelAndType(FieldDescriptor field) {
    if (field.isMapField()) {
      List<FieldDescriptor> entry = field.getMessageType().getFields();
      return "map<" + type(entry.getFirst()) + ", " + type(entry.getLast()) + ">";
    }
    if (field.isRepeated()) {
      return "repeated " + type(field);
    }
    return (field.toProto().getProto3Optional() ? "optional " : "") + type(field);
  }

  private String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> relative(field.getMessageType().getFullName());
      case ENUM -> relative(field.getEnumType().getFullName());
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private void enumeration(EnumDescriptor enumeration) {
    String name = relative(enumeration.getFullName());
    lines.add("enum " + name + options(enumeration.getOptions()));
    for (EnumReservedRange range : enumeration.toProto().getReservedRangeList()) {
      lines.add("reserved %s %d..%d".formatted(name, range.getStart(), range.getEnd()));
    }
    enumeration
        .toProto()
        .getReservedNameList()
        .forEach(r -> lines.add("reserved " + name + " " + r));
    for (EnumValueDescriptor value : enumeration.getValues()) {
      lines.add(
          "value %s.%s = %d%s"
              .formatted(name, value.getName(), value.getNumber(), options(value.getOptions())));
    }
  }

  private void service(ServiceDescriptor service) {
    String name = relative(service.getFullName());
    lines.add("service " + name + options(service.getOptions()));
    for (MethodDescriptor method : service.getMethods()) {
      lines.add(
          "rpc %s.%s (%s%s) returns (%s%s)%s"
              .formatted(
                  name,
                  method.getName(),
                  method.isClientStreaming() ? "stream " : "",
                  relative(method.getInputType().getFullName()),
                  method.isServerStreaming() ? "stream " : "",
                  relative(method.getOutputType().getFullName()),
                  options(method.getOptions())));
    }
  }

  /** What is set, sorted; a flag that is true is only named. Nothing set is the empty string. */
  private static String options(Message options) {
    List<String> set =
        options.getAllFields().entrySet().stream()
            .map(option ->
                option.getValue().equals(true)
                    ? option.getKey().getName()
                    : option.getKey().getName() + "=" + option.getValue())
            .sorted()
            .collect(Collectors.toCollection(ArrayList::new));
    options
        .getUnknownFields()
        .asMap()
        .keySet()
        .forEach(number -> set.add("unknown option " + number));
    return set.isEmpty() ? "" : " [" + String.join(", ", set) + "]";
  }

  private String relative(String fullName) {
    return fullName.startsWith(packagePrefix)
        ? fullName.substring(packagePrefix.length())
        : fullName;
  }

  /**
   * The rule of the protobuf language: each underscore goes, and the letter behind it is raised.
   */
  private static String defaultJsonName(String fieldName) {
    StringBuilder json = new StringBuilder();
    boolean raise = false;
    for (char c : fieldName.toCharArray()) {
      if (c == '_') {
        raise = true;
      } else {
        json.append(raise ? Character.toUpperCase(c) : c);
        raise = false;
      }
    }
    return json.toString();
  }
}
