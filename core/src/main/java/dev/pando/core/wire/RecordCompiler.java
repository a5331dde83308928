package dev.pando.core.wire;

import static java.lang.constant.ConstantDescs.BSM_CLASS_DATA_AT;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.DEFAULT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes the [RecordCode] of a class, as one would write it by hand: a call per field, one after the other.
///
/// In a loop over method handles the JVM sees neither which field it is at nor of what type: it boxes each number, and
/// calls what it could compile in. In a class made for the record the handles are constants. That class belongs to this
/// package, so it sees the record through the handles alone: no module has to be opened for it, and it goes when the
/// record's own class goes.
final class RecordCompiler {

    private static final ClassDesc WRITER = desc(WireWriter.class);
    private static final ClassDesc READER = desc(WireReader.class);
    private static final ClassDesc SHAPES = desc(Shape[].class);
    private static final ClassDesc CODE = desc(RecordCode.class);
    private static final ClassDesc SCALARS = desc(Scalars.class);
    private static final MethodTypeDesc AT = MethodTypeDesc.of(CD_void, CD_int);

    /// The types that have methods of their own, and what those methods are called.
    private static final Map<Class<?>, String> DIRECT = direct();

    private final List<Class<?>> fields;

    private RecordCompiler(List<Class<?>> fields) {
        this.fields = fields;
    }

    private static Map<Class<?>, String> direct() {
        Map<Class<?>, String> names = new LinkedHashMap<>();
        names.put(boolean.class, "Boolean");
        names.put(byte.class, "Byte");
        names.put(short.class, "Short");
        names.put(int.class, "Int");
        names.put(long.class, "Long");
        names.put(char.class, "Char");
        names.put(float.class, "Float");
        names.put(double.class, "Double");
        names.put(String.class, "Text");
        names.put(BigDecimal.class, "Decimal");
        names.put(Instant.class, "Instant");
        return names;
    }

    /// @param accessors from the record to each field
    /// @param constructor from all fields to the record
    static RecordCode compile(List<MethodHandle> accessors, MethodHandle constructor)
            throws ReflectiveOperationException {
        List<Class<?>> fields = new ArrayList<>();
        List<MethodHandle> handles = new ArrayList<>();
        for (MethodHandle accessor : accessors) {
            Class<?> field = DIRECT.containsKey(accessor.type().returnType())
                    ? accessor.type().returnType()
                    : Object.class;
            fields.add(field);
            handles.add(accessor.asType(MethodType.methodType(field, Object.class)));
        }
        handles.add(constructor.asType(MethodType.methodType(Object.class, fields)));
        MethodHandles.Lookup made = MethodHandles.lookup()
                .defineHiddenClassWithClassData(new RecordCompiler(fields).bytes(), List.copyOf(handles), true);
        return (RecordCode) made.lookupClass().getDeclaredConstructor().newInstance();
    }

    private byte[] bytes() {
        return ClassFile.of()
                .build(
                        ClassDesc.of(RecordCode.class.getName() + "Of"),
                        type -> type.withSuperclass(CODE)
                                .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                .withMethodBody(INIT_NAME, MTD_void, 0, RecordCompiler::construct)
                                .withMethodBody(
                                        "write", MethodTypeDesc.of(CD_void, WRITER, CD_Object, SHAPES), 0, this::write)
                                .withMethodBody("read", MethodTypeDesc.of(CD_Object, READER, SHAPES), 0, this::read));
    }

    private static void construct(CodeBuilder code) {
        code.aload(0).invokespecial(CODE, INIT_NAME, MTD_void).return_();
    }

    /// For each field: `out.at(i); RecordCode.write(out, accessor(record));`.
    private void write(CodeBuilder code) {
        for (int i = 0; i < fields.size(); i++) {
            ClassDesc field = desc(fields.get(i));
            code.aload(1).loadConstant(i).invokevirtual(WRITER, "at", AT);
            code.aload(1);
            handle(code, i);
            code.aload(2).invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(field, CD_Object));
            if (field.isPrimitive()) {
                code.invokestatic(
                        SCALARS, "write" + DIRECT.get(fields.get(i)), MethodTypeDesc.of(CD_void, WRITER, field));
            } else if (field.equals(CD_Object)) {
                code.aload(3).loadConstant(i);
                code.invokestatic(CODE, "write", MethodTypeDesc.of(CD_void, WRITER, CD_Object, SHAPES, CD_int));
            } else {
                code.invokestatic(CODE, "write", MethodTypeDesc.of(CD_void, WRITER, field));
            }
        }
        code.return_();
    }

    /// `return constructor(Scalars.readInt(in), …);`, with `in.at(i);` before each.
    private void read(CodeBuilder code) {
        handle(code, fields.size());
        List<ClassDesc> arguments = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            ClassDesc field = desc(fields.get(i));
            arguments.add(field);
            code.aload(1).loadConstant(i).invokevirtual(READER, "at", AT);
            code.aload(1);
            if (field.equals(CD_Object)) {
                code.aload(2).loadConstant(i);
                code.invokestatic(CODE, "read", MethodTypeDesc.of(CD_Object, READER, SHAPES, CD_int));
            } else {
                code.invokestatic(SCALARS, "read" + DIRECT.get(fields.get(i)), MethodTypeDesc.of(field, READER));
            }
        }
        code.aload(1).loadConstant(RecordCode.BUILDING).invokevirtual(READER, "at", AT);
        code.invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_Object, arguments));
        code.areturn();
    }

    private static void handle(CodeBuilder code, int index) {
        code.loadConstant(DynamicConstantDesc.ofNamed(BSM_CLASS_DATA_AT, DEFAULT_NAME, CD_MethodHandle, index));
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
