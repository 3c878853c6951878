@org.jspecify.annotations.NullMarked
package larder.certificates;
